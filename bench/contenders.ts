// Who can be started in a process of Node. Each is loaded only in its own.
import type { Contender, ContenderName } from './contender.ts'

export const CONTENDERS: Readonly<
  Record<ContenderName, (root: string) => Contender | Promise<Contender>>
> = {
  ours: async (root) => (await import('./ours.ts')).load(root),
  'ours-kernels': async (root) => (await import('./ours-kernels.ts')).load(root),
  'ours-threads': async (root) => (await import('./ours-threads.ts')).load(root),
  tfjs: async () => (await import('./tfjs.ts')).load(),
  jax: async () => (await import('./jax.ts')).load({ jit: false }),
  'jax-jit': async () => (await import('./jax.ts')).load({ jit: true }),
  'numpy-ts': async () => (await import('./numpy-ts.ts')).load(),
  peak: async () => (await import('./peak.ts')).load(),
  numpy: () => inPython(),
  torch: () => inPython(),
}

function inPython(): never {
  throw new Error('runs in Python')
}
