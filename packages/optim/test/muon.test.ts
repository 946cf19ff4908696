/** 50 steps of Muon against a definition in lists of lists, on tall, wide and square matrices. */
import { MLArray } from '@smol/mlarray'
import { expect, test } from 'vitest'
import { Muon } from '../src/index.ts'

type Matrix = readonly (readonly number[])[]

const transpose = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!))
const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => transpose(b).map((column) => row.reduce((sum, x, k) => sum + x * column[k]!, 0)))
const combine = (s: number, a: Matrix, t: number, b: Matrix): Matrix =>
  a.map((row, i) => row.map((x, j) => s * x + t * b[i]![j]!))

/** `X ← aX + b(XXᵀ)X + c(XXᵀ)²X`, five times: here with the long side in the middle or not. */
function newtonSchulz(direction: Matrix): Matrix {
  const norm = Math.hypot(...direction.flat())
  let x = combine(1 / norm, direction, 0, direction)
  for (let i = 0; i < 5; i++) {
    const cubed = product(product(x, transpose(x)), x)
    const fifth = product(product(x, transpose(x)), cubed)
    x = combine(1, combine(3.4445, x, -4.775, cubed), 2.0315, fifth)
  }
  return x
}

const STARTS: readonly Matrix[] = [
  [
    [1, -2],
    [0.5, 3],
    [-1, 0.2],
  ],
  [
    [1, -2, 0.5],
    [3, -1, 0.2],
  ],
  [
    [2, 1],
    [-1, 0.5],
  ],
]

const all = STARTS.flatMap((start) =>
  (['original', 'matchRmsAdamW'] as const).flatMap((adjustment) =>
    [true, false].map((nesterov) => ({ start, adjustment, nesterov })),
  ),
)

test.for(all)('from $start, $adjustment, nesterov $nesterov', ({ start, ...options }) => {
  const weights = start.map((row, i) => row.map((_, j) => 1 + i + 2 * j))
  const p = new MLArray(start.flat(), { shape: [start.length, start[0]!.length] })
  const optimizer = new Muon(p, { learningRate: 0.02, ...options })
  const w = new MLArray(weights.flat(), { shape: p.shape, requiresGrad: false })
  const [rows, columns] = [start.length, start[0]!.length]
  const ratio =
    options.adjustment === 'original'
      ? Math.sqrt(Math.max(1, rows / columns))
      : 0.2 * Math.sqrt(Math.max(rows, columns))
  let expected: Matrix = start
  let buffer: Matrix = start.map((row) => row.map(() => 0))
  for (let t = 0; t < 50; t++) {
    // The loss is Σ wᵢⱼ pᵢⱼ² / 2.
    const g = expected.map((row, i) => row.map((x, j) => weights[i]![j]! * x))
    buffer = combine(0.95, buffer, 0.05, g)
    const direction = options.nesterov ? combine(0.05, g, 0.95, buffer) : buffer
    expected = combine(1 - 0.02 * 0.1, expected, -0.02 * ratio, newtonSchulz(direction))
    optimizer.zeroGrad()
    p.square().mul(w).sum().mul(0.5).backward()
    optimizer.step()
  }
  p.toTypedArray().forEach((x, i) => expect(x).toBeCloseTo(expected.flat()[i]!, 8))
})
