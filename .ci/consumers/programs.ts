// The programs that consumers run, as text.
import type { Package } from './project.ts'

/** What each package is asked to do. */
const facts: Readonly<Record<string, { readonly names: string; readonly holds: string }>> = {
  '@smol/value': { names: 'Value', holds: 'new Value(2).mul(3).data === 6' },
  '@smol/mlarray': {
    names: 'MLArray, Value as Element',
    holds:
      'new MLArray([[1, 2], [3, 4]]).sum().item() === 10 && new MLArray([1]).at(0) instanceof Element',
  },
  '@smol/losses': {
    names: 'crossEntropyLoss, mseLoss',
    holds: "[crossEntropyLoss, mseLoss].every((loss) => typeof loss === 'function')",
  },
  '@smol/optim': {
    names: 'Adam, SGD',
    holds: "[Adam, SGD].every((optimizer) => typeof optimizer === 'function')",
  },
}

export type Sources = Readonly<Record<'use.mjs' | 'use.cjs' | 'use.mts' | 'use.cts', string>>

/** A program that imports every entry point of some packages and asks each for a fact. */
export function useOf(packages: readonly Package[]): Sources {
  const entryPoints = packages.flatMap((each) => each.entryPoints)
  const imports = [
    ...packages.map(({ name }) => `import { ${facts[name]!.names} } from '${name}'`),
    ...entryPoints.map((name, i) => `import * as entry${i} from '${name}'`),
  ].join('\n')
  const required = imports
    .replaceAll('* as ', '')
    .replaceAll(' as ', ': ')
    .replaceAll(/^import (.*) from (.*)$/gm, 'const $1 = require($2)')
  const use = `
const entries: readonly object[] = [${entryPoints.map((_, i) => `entry${i}`).join(', ')}]
const facts: readonly boolean[] = [
  ${packages.map(({ name }) => facts[name]!.holds).join(',\n  ')},
  entries.every((entry) => Object.keys(entry).length > 0),
]
if (facts.includes(false)) throw new Error('the packed packages do not do what they should: ' + facts)
`
  const javascript = use.replaceAll(/^(const \w+): [^=]+=/gm, '$1 =')
  return {
    'use.mjs': imports + javascript,
    'use.cjs': required + javascript,
    'use.mts': imports + use,
    'use.cts': imports + use,
  }
}

/** A classifier after some steps of Adam: which kernels served, and what came out. In doubles, for comparison. */
export const TRAIN = `
import { crossEntropyLoss } from '@smol/losses'
import { MLArray, setKernels } from '@smol/mlarray'
import { Adam } from '@smol/optim'

const waves = (rows, columns, options) =>
  new MLArray(
    Array.from({ length: rows }, (_, i) =>
      Array.from({ length: columns }, (_, j) => Math.sin(1 + i * columns + j)),
    ),
    { dtype: 'float64', ...options },
  )

export function train() {
  const kernels = setKernels()
  const x = waves(64, 40, { requiresGrad: false })
  const labels = Array.from({ length: 64 }, (_, i) => i % 10)
  const w1 = waves(40, 32)
  const w2 = waves(32, 10)
  const optimizer = new Adam([w1, w2], { learningRate: 0.01 })
  const losses = []
  for (let step = 0; step < 10; step++) {
    const loss = crossEntropyLoss(x.matmul(w1).tanh().matmul(w2), labels)
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
    losses.push(loss.item())
  }
  return { kernels, losses }
}
`

export type Trained = {
  readonly kernels: string
  readonly losses: readonly number[]
  /** How many threads run where eight were asked for. */
  readonly threads?: number
  readonly problem?: string
}

/** Whether two runs found the same, to what the order of additions in other kernels leaves open. */
export function isSame({ losses: a }: Trained, { losses: b }: Trained): boolean {
  return a.length === b.length && a.length > 0 && a.every((x, i) => Math.abs(x - b[i]!) < 1e-10 * x)
}
