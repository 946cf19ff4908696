// What mutation testing found that no other test notices, of losses of classes, sequences and distributions
// (docs/proof.md): each fails with the mutant it names.
import { MLArray, Value } from '@smol/mlarray'
import { describe, expect, test } from 'vitest'
import {
  crossEntropyLoss,
  ctcLoss,
  gaussianNllLoss,
  klDivergenceLoss,
  multiMarginLoss,
  nllLoss,
  poissonNllLoss,
} from '../src/index.ts'
import { agree } from './close.ts'

expect.addEqualityTesters([agree])

const any = (given: unknown): never => given as never

/** As `new MLArray`, with nothing to differentiate by. */
const constant = (data: number[] | number[][] | number[][][]): MLArray =>
  new MLArray(data as number[], { requiresGrad: false })

const scores = [
  [2, 1, 0],
  [0, 1, 3],
]

// Two steps, one sample, three classes: all paths alike.
const even = constant([
  [0, 0, 0],
  [0, 0, 0],
]).logSoftmax()

test('of what is not tracked, no loss is', () => {
  const x = constant(scores)
  const classWeight = [1, 2, 3]
  const steps = x.logSoftmax().expandDims(1)
  for (const loss of [
    crossEntropyLoss(x, [0, 2]),
    crossEntropyLoss(x, [0, -100]),
    crossEntropyLoss(x, [0, 2], { labelSmoothing: 0.1 }),
    crossEntropyLoss(x, [0, 2], { classWeight }),
    crossEntropyLoss(x.T, [0, 2], { axis: 0 }),
    crossEntropyLoss(x, x.softmax()),
    crossEntropyLoss(x, x.softmax(), { labelSmoothing: 0.1, classWeight }),
    nllLoss(x, [0, -100], { classWeight }),
    multiMarginLoss(x, [0, 2]),
    ctcLoss(steps, [[1]], [2], [1]),
    ctcLoss(steps, [[1]], [1], [1], { zeroInfinity: true }),
  ])
    expect(loss.requiresGrad).toBe(false)
})

test('an axis that is no integer, or below all axes', () => {
  for (const axis of [0.5, -3, 2, NaN])
    expect(() => crossEntropyLoss(constant(scores), [0, 1], { axis })).toThrow(
      `crossEntropyLoss: axis ${axis} is out of range for shape [2, 3]; expected -2 … 1.`,
    )
})

describe('crossEntropyLoss', () => {
  const none = { reduction: 'none' } as const

  test('refuses smoothing outside 0 … 1', () => {
    for (const labelSmoothing of [-0.1, 1.1, NaN])
      expect(() => crossEntropyLoss(constant(scores), [0, 1], { labelSmoothing })).toThrow(
        `crossEntropyLoss: labelSmoothing must be between 0 and 1, got ${labelSmoothing}.`,
      )
  })

  test('a typed array beside a single sample holds its probabilities', () => {
    const loss = crossEntropyLoss(constant([0, 0]), Float64Array.of(0.25, 0.75))
    expect(loss.item()).toEqual(Math.LN2)
  })

  test('classes before the last axis: an axis of length 1 stays', () => {
    const x = constant([
      [[0], [0]],
      [[0], [Math.log(3)]],
    ])
    const loss = crossEntropyLoss(x, [[0], [0]], none)
    expect(loss.toList()).toEqual([[Math.LN2], [2 * Math.LN2]])
  })

  test('classes before the last axis: another class may have probability 0', () => {
    const x = constant([[0], [0], [-Infinity]])
    expect(crossEntropyLoss(x, [0], { axis: 0 }).item()).toEqual(Math.LN2)
  })

  test('each sample is shifted by its own largest logit', () => {
    const x = constant([
      [0, 0],
      [1000, 1000],
    ])
    const half = constant([
      [0.5, 0.5],
      [0.5, 0.5],
    ])
    expect(crossEntropyLoss(x, half, none).toList()).toEqual([Math.LN2, Math.LN2])
  })

  test('a weight as long as there are classes gets the hint beside probabilities too', () => {
    const x = constant(scores)
    expect(() => crossEntropyLoss(x, x.softmax(), { weight: [1, 2, 3] })).toThrow('classWeight')
  })
})

describe('ctcLoss', () => {
  test('refuses each blank that is no class', () => {
    for (const blank of [0.5, -1, 3])
      expect(() => ctcLoss(even, [1], 2, 1, { blank })).toThrow(
        `ctcLoss: blank must be a class index from 0 to 2, got ${blank}.`,
      )
  })

  test('refuses each label that is no class, and says where it stands among all in a row', () => {
    const two = even.expandDims(1).broadcastTo([2, 2, 3])
    const of = (label: number) => () => ctcLoss(two, [1, 1, label], [2, 2], [1, 2])
    expect(of(0.5)).toThrow('ctcLoss: class index 0.5 at [2] is not an integer.')
    for (const label of [-1, 3])
      expect(of(label)).toThrow(
        `ctcLoss: class index ${label} at [2] is out of range for 3 classes; expected 0 … 2.`,
      )
    expect(of(0)).toThrow('ctcLoss: labels must not be the blank 0, got it at [2].')
  })

  test('refuses lengths below their range; of a single sample they have no place', () => {
    for (const length of [0, 9])
      expect(() => ctcLoss(even, [1], length, 1)).toThrow(
        `ctcLoss: inputLengths must be integers from 1 to 2, got ${length}.`,
      )
    expect(() => ctcLoss(even, [1], 2, -1)).toThrow(
      'ctcLoss: labelLengths must be integers from 0 to 1, got -1.',
    )
  })

  test('of a single sample the labels are one list, which may be padded', () => {
    expect(() => ctcLoss(even, [[1]], 2, 1)).toThrow('ctcLoss: labels must have shape [1, S]')
    // Of the nine paths, three become [1]: "11", "1_" and "_1".
    expect(ctcLoss(even, [1, 2, 2], 2, 1).item()).toBeCloseTo(Math.log(3), 15)
  })

  test('is Infinity where nothing fits, and divides by the number of labels, unless told otherwise', () => {
    expect(ctcLoss(even, [1, 1], 2, 2).item()).toBe(Infinity)
    // One path of nine.
    expect(ctcLoss(even, [1, 2], 2, 2).item()).toBeCloseTo(Math.log(9) / 2, 15)
    expect(ctcLoss(even, [1, 2], 2, 2, { reduction: 'sum' }).item()).toBeCloseTo(Math.log(9), 15)
  })

  test('steps after the end of every sample do not count', () => {
    // "1" in the first of two steps: a third of all paths.
    const loss = ctcLoss(even, [1], 1, 1)
    expect(loss.item()).toBeCloseTo(Math.log(3), 15)
    const three = constant([
      [0, 1, 2],
      [3, 1, 0],
      [9, 8, 7],
    ]).logSoftmax()
    expect(ctcLoss(three, [1], 2, 1).item()).toBeCloseTo(
      ctcLoss(three.slice('0:2'), [1], 2, 1).item(),
      14,
    )
  })
})

test('names itself where it has no such option, and has a weight', () => {
  const x = constant([1, 2])
  const calls: Readonly<Record<string, (options: object) => MLArray>> = {
    crossEntropyLoss: (options) => crossEntropyLoss(constant(scores), [0, 1], options),
    ctcLoss: (options) => ctcLoss(even.expandDims(1), [[1]], [2], [1], options),
    klDivergenceLoss: (options) => klDivergenceLoss(x, [0, 1], options),
    poissonNllLoss: (options) => poissonNllLoss(x, [0, 1], options),
    gaussianNllLoss: (options) => gaussianNllLoss(x, [0, 1], [1, 1], options),
  }
  for (const [name, loss] of Object.entries(calls)) {
    expect(() => loss({ rate: 1 })).toThrow(`${name}: `)
    expect(loss({ weight: 0 }).item()).toBeCloseTo(0, 15)
  }
})

describe('eps', () => {
  const x = constant([2])

  test('of poissonNllLoss may be 0, and must be finite', () => {
    const of = (eps: number): number => poissonNllLoss(x, [1], { logInput: false, eps }).item()
    expect(of(0)).toBeCloseTo(2 - Math.log(2), 15)
    for (const eps of [-1, Infinity, NaN])
      expect(() => of(eps)).toThrow(`poissonNllLoss: eps must be a finite number ≥ 0, got ${eps}.`)
  })

  test('of gaussianNllLoss must be above 0 and finite', () => {
    for (const eps of [0, Infinity, NaN])
      expect(() => gaussianNllLoss(x, [1], [1], { eps })).toThrow(
        `gaussianNllLoss: eps must be a finite number > 0, got ${eps}.`,
      )
  })
})

test('one variance for each row, of any rank', () => {
  const x = constant([
    [
      [0, 0],
      [0, 0],
      [0, 0],
    ],
  ])
  const loss = gaussianNllLoss(x, x, [[1, Math.E, Math.E ** 2]], { reduction: 'none' })
  expect(loss.toList()).toEqual([
    [
      [0, 0],
      [0.5, 0.5],
      [1, 1],
    ],
  ])
})

test('a variance beside a Value is called variances', () => {
  expect(() => gaussianNllLoss(new Value(1), 1, any('1'))).toThrow(
    'gaussianNllLoss: variances must be ',
  )
})
