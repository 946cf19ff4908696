// What mutation testing found that no other test notices (docs/proof.md): each fails with the mutant it names.
import { MLArray, Value } from '@smol/mlarray'
import { describe, expect, test } from 'vitest'
import { answersOf } from '../src/answer.ts'
import * as errors from '../src/errors.ts'
import * as losses from '../src/index.ts'
import type { ArrayData } from '../src/input.ts'
import { accuracy, confusionMatrix, topKAccuracy } from '../src/metrics.ts'

const row = new MLArray([0.25, 0.75])
const scores = new MLArray([
  [0.1, 0.7, 0.2],
  [0.5, 0.3, 0.2],
])
const any = (given: unknown): never => given as never

/** Of each loss the arguments by name, as they are right. */
const pairs = { predictions: row, targets: [1, 0] }
const labelled = { predictions: row, labels: [1, -1] }
const two = { first: scores, second: scores }
const calls: Readonly<Record<keyof typeof losses, Readonly<Record<string, unknown>>>> = {
  mseLoss: pairs,
  maeLoss: pairs,
  huberLoss: pairs,
  smoothL1Loss: pairs,
  logCoshLoss: pairs,
  quantileLoss: pairs,
  binaryCrossEntropyLoss: pairs,
  binaryCrossEntropyWithLogitsLoss: { logits: row, targets: [1, 0] },
  focalLoss: { logits: row, labels: [1, 0] },
  diceLoss: pairs,
  crossEntropyLoss: { logits: scores, targets: [1, 0] },
  nllLoss: { predictions: scores, labels: [1, 0] },
  categoricalCrossEntropyLoss: { predictions: scores, targets: scores },
  klDivergenceLoss: pairs,
  poissonNllLoss: pairs,
  gaussianNllLoss: { ...pairs, variances: [1, 1] },
  hingeLoss: labelled,
  squaredHingeLoss: labelled,
  hingeEmbeddingLoss: labelled,
  softMarginLoss: labelled,
  multiMarginLoss: { predictions: scores, labels: [1, 0] },
  cosineEmbeddingLoss: { ...two, labels: [1, -1] },
  tripletMarginLoss: { anchor: scores, positive: scores, negative: scores },
  marginRankingLoss: { first: row, second: row, labels: [1, -1] },
  contrastiveLoss: two,
  ctcLoss: { predictions: scores, labels: [1], inputLengths: 2, labelLengths: 1 },
}

const byName = new Map<string, unknown>(Object.entries(losses))

describe.each(Object.entries(calls))('%s', (name, named) => {
  const loss = byName.get(name) as (...operands: unknown[]) => unknown
  const values = Object.values(named)

  test('names itself where the reduction or a weight is refused', () => {
    expect(() => loss(...values, { reduction: 'middle' })).toThrow(`${name}: `)
    expect(() =>
      loss(...values, {
        weight: new MLArray([
          [[1], [2]],
          [[3], [4]],
        ]),
      }),
    ).toThrow(`${name}: `)
  })

  test('names itself and the argument', () => {
    for (const [at, argument] of Object.keys(named).entries()) {
      // The first says what kind of thing it is, the others which shape they need.
      const wrong = at === 0 ? 'text' : new MLArray([[[[0.5]]]])
      const operands = values.map((value, i) => (i === at ? wrong : value))
      expect(() => loss(...operands)).toThrow(`${name}: ${argument} must `)
    }
  })
})

describe('options at their borders', () => {
  test('what must be finite', () => {
    for (const call of [
      () => losses.huberLoss(row, row, { delta: Infinity }),
      () => losses.smoothL1Loss(row, row, { beta: Infinity }),
      () => losses.focalLoss(row, [1, 0], { gamma: Infinity }),
      () => losses.contrastiveLoss(scores, scores, { temperature: Infinity }),
      () => losses.diceLoss(row, [1, 0], { smooth: Infinity }),
    ])
      expect(call).toThrow(/must be .*, got Infinity\.$/)
  })

  test('both ends of a quantile', () => {
    // Of an error t − p of 1: q; of −1: 1 − q.
    const of = (quantile: number): unknown =>
      losses.quantileLoss(new MLArray([0, 1]), [1, 0], { quantile, reduction: 'none' }).toList()
    expect([of(0), of(1)]).toEqual([
      [0, 1],
      [1, -0],
    ])
    for (const quantile of [-0.1, 1.1, NaN]) expect(() => of(quantile)).toThrow('quantileLoss: ')
  })

  test('both ends of alpha, and none at all', () => {
    const zero = new MLArray([0, 0])
    const of = (alpha: number): unknown =>
      losses
        .focalLoss(zero, [1, 0], { alpha, gamma: 0, reduction: 'none' })
        .toList()
        .map((x: number) => x / Math.LN2)
    expect([of(0), of(1), of(-1)]).toEqual([
      [0, 1],
      [1, 0],
      [1, 1],
    ])
  })
})

test('targets that are no probabilities are called targets', () => {
  for (const call of [
    () => losses.binaryCrossEntropyWithLogitsLoss(row, [1, 2]),
    () => losses.diceLoss(row, [1, 2]),
    () => losses.categoricalCrossEntropyLoss(row, [1, 2]),
  ])
    expect(call).toThrow(/Loss: targets /)
})

test('smoothL1 without a parabola names itself too', () => {
  const options = { beta: 0, reduction: any('middle') }
  expect(() => losses.smoothL1Loss(row, row, options)).toThrow('smoothL1Loss: ')
})

test('dice of a single sample goes over all of it', () => {
  // 1 − (2 · 0.25 + 1)/(1 + 1 + 1)
  const loss: MLArray = losses.diceLoss(row, [1, 0], { smooth: 1, reduction: 'none' })
  expect([loss.shape, loss.item()]).toEqual([[], 0.5])
})

test('a triplet goes over the last axis, of any rank', () => {
  const block = new MLArray([[[0, 1, 2, 3]], [[4, 5, 6, 7]], [[8, 9, 1, 2]]])
  const of = (options: object): readonly number[] =>
    losses.tripletMarginLoss(block, block, block, { reduction: 'none', ...options }).shape
  expect([of({}), of({ axis: 0 }), of({ axis: 1 })]).toEqual([
    [3, 1],
    [1, 4],
    [3, 4],
  ])
})

test('a single sample keeps its axis', () => {
  const one = new MLArray([[-1, -2, -3]])
  expect(losses.nllLoss(one, [2], { reduction: 'none' }).toList()).toEqual([3])
})

test('a weight as long as there are classes gets the hint, whatever else is weighted', () => {
  const square = (options: object) => () =>
    losses.multiMarginLoss(scores, [0, 1], { weight: [1, 2, 3], ...options })
  expect(square({})).toThrow('classWeight')
  expect(square({ classWeight: [1, 1, 1] })).toThrow('classWeight')
})

test('a triplet does not swap unless it is told to, and takes its axis', () => {
  const [anchor, positive, negative] = [[[0, 0]], [[0, 1]], [[0, 2]]].map((x) => new MLArray(x))
  const of = (options: object): number =>
    (
      losses.tripletMarginLoss(anchor!, positive!, negative!, { eps: 0, ...options }) as MLArray
    ).item()
  // 1 − 2 + 1, and with the distance 1 from positive to negative 1 − 1 + 1.
  expect([of({}), of({ swap: true })]).toEqual([0, 1])
  // Down the columns: |0 − 0| − |0 − 0| + 1 and |0 − 1| − |0 − 2| + 1.
  expect(of({ axis: 0 })).toBe(0.5)
})

test('float32 stays float32 through the mask of a view with itself', () => {
  const half = scores.astype('float32')
  expect((losses.contrastiveLoss(half, half) as MLArray).dtype).toBe('float32')
})

test('what is not an array is no array', () => {
  expect(() => losses.contrastiveLoss(any([[1]]), scores)).toThrow('contrastiveLoss: ')
})

test('numbers beside what is not differentiated are not differentiated either', () => {
  const anchor = new MLArray([[1, 2]], { requiresGrad: false })
  expect((losses.tripletMarginLoss(anchor, [[1, 1]], [[2, 1]]) as MLArray).requiresGrad).toBe(false)
  const first = new Value(1, { requiresGrad: false })
  expect(losses.marginRankingLoss(first, 2, 1).requiresGrad).toBe(false)
})

describe('a softmax for logits', () => {
  const taken = (x: MLArray, labels: number[]): unknown => losses.crossEntropyLoss(x, labels)

  test('is refused where it is written out', () => {
    const e = scores.exp()
    const written = e.div(e.sum({ axis: 1, keepdims: true }))
    expect(() => taken(written, [0, 1])).toThrow('the result of a softmax')
  })

  test('is another function that sums to 1, or another divisor, and taken', () => {
    const sizes = scores.abs()
    const shares = sizes.div(sizes.sum({ axis: 1, keepdims: true }))
    expect(() => taken(shares, [0, 1])).not.toThrow()
    const single = new MLArray([[1], [2]]).exp()
    expect(() => taken(single.div(single.max({ axis: 1, keepdims: true })), [0, 0])).not.toThrow()
  })

  test('sums to 1 for every sample, and there is one', () => {
    // Down the columns 1/2, 1/4, 1/4: only the first row sums to 1.
    const batch = new MLArray([
      [2, 2],
      [1, 1],
      [1, 1],
    ])
      .log()
      .softmax({ axis: 0 })
    expect(() => taken(batch, [0, 0, 0])).not.toThrow()
    expect(() => taken(new MLArray([], { shape: [0, 3] }).softmax({ axis: 1 }), [])).not.toThrow()
  })
})

describe('answers', () => {
  test('ranks among equal scores and NaN', () => {
    const within = (one: number[], k: number): number[] =>
      one.map((_, label) => topKAccuracy([one], [label], { k }))
    expect([1, 2, 3].map((k) => within([1, 1, 1], k))).toEqual([
      [1, 0, 0],
      [1, 1, 0],
      [1, 1, 1],
    ])
    expect([1, 2].map((k) => within([NaN, NaN, 1], k))).toEqual([
      [1, 0, 0],
      [1, 1, 0],
    ])
    expect(accuracy([[1, NaN, NaN]], [1])).toBe(1)
  })

  test('classes along a middle axis', () => {
    // Of two samples at two places each: classes 0 and 1, then 1 and 0, all of them different scores.
    const block = [
      [
        [1, 0],
        [0, 1],
      ],
      [
        [5, 9],
        [7, 3],
      ],
    ]
    const labels = [
      [0, 1],
      [1, 0],
    ]
    expect([accuracy(block, labels), topKAccuracy(block, labels, { k: 1 })]).toEqual([1, 1])
  })

  test('as many classes as there may be, and no more', () => {
    const of = (predictions: ArrayData, numClasses?: number): number =>
      answersOf('metric', predictions, [0], numClasses === undefined ? {} : { numClasses }, 3)
        .numClasses
    expect([of([0]), of([2]), of([0], 1), of([0], 3)]).toEqual([1, 3, 1, 3])
    expect([of([[1, 2]]), of([[1, 2, 3]]), of([[1, 2]], 2), of([[1, 2]], 3)]).toEqual([2, 3, 2, 3])
    for (const numClasses of [0, -1, 1.5, 4])
      expect(() => of([0], numClasses)).toThrow('metric: numClasses must be an integer from 1 to 3')
    expect(() => of([[1, 2]], 1)).toThrow('metric: numClasses must be an integer from 2 to 3')
    expect(() => of([[1, 2, 3, 4]])).toThrow('metric: predictions must be scores of')
    expect(() => of([3])).toThrow('metric: class index 3 at [0] is out of range for 3 classes')
    expect(confusionMatrix([], [])).toEqual([[0]])
    expect([confusionMatrix([2], [1]).length, confusionMatrix([1], [2]).length]).toEqual([3, 3])
  })

  test('labels of another shape', () => {
    expect(() => accuracy([0, 1], [0])).toThrow('accuracy: labels must have shape [2], got [1].')
  })
})

describe('messages', () => {
  const given = (x: unknown): string => errors.averageError('metric', ['a', 'b'], x).message
  const shown = (x: unknown): string => /got (.*)\.$/.exec(given(x))![1]!

  test('show what was given, of a long text its beginning', () => {
    expect([undefined, null, true, 1n, Symbol('s'), () => 1].map(shown)).toEqual(
      'undefined null true 1 Symbol(s)'.split(' ').concat('a function'),
    )
    expect(shown('x'.repeat(200))).toBe(`"${'x'.repeat(100)}"`)
    expect([[], [1, 2]].map(shown)).toEqual(['a list of 0', 'a list of 2'])
  })

  test('name the class of an object, and quote what could be no name', () => {
    const named = (name: unknown): string => shown({ constructor: { name } })
    expect(['A_b $9', '<b>', 'a\n', '-a', 'a-', ''].map(named)).toEqual([
      'an object (A_b $9)',
      'an object ("<b>")',
      String.raw`an object ("a\n")`,
      'an object ("-a")',
      'an object ("a-")',
      'an object ()',
    ])
    expect(named('x'.repeat(200))).toBe(`an object (${'x'.repeat(100)})`)
    expect([named(undefined), shown(Object.create(null))]).toEqual(
      Array(2).fill('an object (no class)'),
    )
    const refuses = {
      get constructor(): never {
        throw new Error('not for you')
      },
    }
    expect(shown(refuses)).toBe('an object (no class)')
  })

  test('give a hint only where it is true', () => {
    const weight = (...shape: number[]): string =>
      errors.weightError('loss', 'weight', { given: shape, to: 'it', shape: [2], numClasses: 3 })
        .message
    expect(weight(3)).toContain('classWeight')
    for (const text of [weight(4), weight(3, 2), weight()])
      expect(text).not.toContain('classWeight')
    // The product of the lengths: 1/5/7 is not 1/35.
    expect(errors.shapeError('loss', 'x', [5, 7], [35]).message).toContain('x.reshape([35])')
    const unknown = errors.unknownOptionError('loss', 'y'.repeat(200), ['a', 'b']).message
    expect(unknown).toBe(`loss: there is no option "${'y'.repeat(100)}"; the options are a, b.`)
  })

  test('list the shapes of variances at any rank', () => {
    const { message } = errors.varianceShapeError('loss', [4], [2, 3, 5])
    expect(message).toContain('[2, 3, 5], [2, 3, 1] or [2, 3], or')
  })

  test('come with their data', () => {
    const at = [1]
    const shape = [2, 3]
    const other = [4]
    const rows: readonly (readonly [Error, object])[] = [
      [errors.kindError('loss', 'x', { accepted: 'an MLArray', given: 3 }), { given: 3 }],
      [errors.shapeError('loss', 'x', shape, other), { shapes: [shape, other] }],
      [errors.classTargetsError('loss', shape, other, at), { shapes: [shape, other, at] }],
      [errors.reductionError('loss', ['a', 'b'], 'c'), { reduction: 'c' }],
      [errors.optionError('loss', 'p', '1', 2), { option: 'p', given: 2 }],
      [errors.optionsError('loss', ['a'], 3), { given: 3 }],
      [errors.unknownOptionError('loss', 'a', ['b']), { option: 'a', known: ['b'] }],
      [
        errors.weightError('loss', 'weight', { given: shape, to: 'it', shape: other }),
        { shapes: [shape, other] },
      ],
      [errors.classWeightError('loss', shape, 4), { shapes: [shape, [4]] }],
      [errors.axisError('loss', 5, shape), { axis: 5, shape }],
      [errors.noClassesError('loss', [0], 0), { shapes: [[0]] }],
      [errors.labelError('loss', 0.5, { at, classes: 3 }), { label: 0.5, at }],
      [errors.labelError('loss', 3, { at, classes: 3 }), { label: 3, at, classes: 3 }],
      [errors.probabilityError('loss', 'x', { given: 2, at }), { given: 2, at }],
      [errors.signError('loss', 2, at), { given: 2, at }],
      [errors.binaryLabelError('loss', 2, at), { given: 2, at }],
      [errors.varianceShapeError('loss', other, shape), { shapes: [other, shape] }],
      [errors.negativeError('loss', 'x', { given: -1, at }), { given: -1, at }],
      [errors.activationError('loss', 'softmax'), {}],
      [errors.rankError('loss', 'x', shape, '[N]'), { shapes: [shape] }],
      [errors.blankLabelError('loss', 2, at), { blank: 2, at }],
      [errors.lengthsError('loss', 'x', shape, other), { shapes: [shape, other] }],
      [
        errors.lengthError('loss', 'x', { given: 9, at, range: [0, 2] }),
        { given: 9, at, range: [0, 2] },
      ],
      [errors.joinedLabelsError('loss', shape, 2, 3), { shapes: [shape] }],
      [errors.scoredLabelsError('loss', at, shape, other), { shapes: [at, shape, other] }],
      [errors.averageError('loss', ['a', 'b'], 'c'), { average: 'c' }],
    ]
    for (const [error, data] of rows) {
      expect(error).toMatchObject({ op: 'loss', ...data })
      expect(error.message).toMatch(/^loss: .*\.$/)
    }
    expect(errors.probabilityError('loss', 'x', { given: 2, at }).message).toMatch(/at \[1\]\.$/)
  })
})

test('options are a plain object, and undefined leaves the default', () => {
  expect(losses.huberLoss(row, row, any({ delta: undefined })).item()).toBe(0)
  for (const options of [[], new Map(), Object.setPrototypeOf(() => 1, null)])
    expect(() => losses.mseLoss(row, row, any(options))).toThrow('mseLoss: options are an object')
})
