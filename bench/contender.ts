// What a contender is: works by their names. It knows neither rows nor rounds; the
// process around it (worker.ts) repeats and times what it is given.

/** One work, ready to run: its operands exist. */
export type Work = {
  /** Does it once. A result stays until the next run; a peer then frees it as it demands. */
  readonly run: () => void | Promise<void>
  /** The numbers of the last run. For a training, its loss. */
  readonly result?: () => ArrayLike<number> | Promise<ArrayLike<number>>
}

export type Contender = {
  readonly version: string
  readonly works: Readonly<Record<string, () => Work | Promise<Work>>>
}

export type ContenderName =
  | 'ours'
  | 'ours-kernels'
  | 'ours-threads'
  | 'tfjs'
  | 'jax'
  | 'jax-jit'
  | 'numpy-ts'
  | 'numpy'
  | 'torch'
  | 'peak'

/** As tables and pictures call them. */
export const LABELS: Readonly<Record<ContenderName, string>> = {
  ours: 'smol',
  'ours-kernels': 'smol, kernel',
  'ours-threads': 'smol, 2 threads',
  tfjs: 'tfjs wasm',
  jax: 'jax-js',
  'jax-jit': 'jax-js jit',
  'numpy-ts': 'numpy-ts',
  numpy: 'NumPy',
  torch: 'PyTorch',
  peak: 'f32x4 peak',
}

/** The version that a package's manifest states. */
export async function versionOf(manifest: string): Promise<string> {
  const { default: read } = (await import(manifest, { with: { type: 'json' } })) as {
    default: { version: string }
  }
  return read.version
}
