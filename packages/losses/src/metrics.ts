/**
 * How well predictions do, in plain numbers: the entry point `@smol/losses/metrics`.
 *
 * Nothing here is differentiable, and no loss needs it.
 */
import { within } from '@smol/mlarray/kernels'
import { answersOf, rankOf, scoresOf, type Answers, type ClassCountOptions } from './answer.ts'
import { labelsOf, numbersIn, type AxisOption } from './classes.ts'
import { averageError, binaryLabelError, optionError, shapeError } from './errors.ts'
import { indexOf, sameShape, sizeOf, type ArrayData } from './input.ts'
import { checkOptions } from './options.ts'

export type { ClassCountOptions } from './answer.ts'
export type { AxisOption } from './classes.ts'
export type { ArrayData } from './input.ts'

// ---- Classes ----

/** Labels are kept as integers of 32 bits. */
const MOST_LABELS = 2 ** 31
/** There are figures for each class. */
const MOST_CLASSES = 2 ** 20
/** And rows of a matrix, half a gigabyte of it. */
const MOST_ROWS = 2 ** 13

/**
 * The share of samples whose class was predicted; NaN of none.
 *
 * Shape: scores `[N, C, …]` and labels `[N, …]`, or class indices of the same shape. Among equal scores
 * the first class wins.
 *
 * @throws ShapeError where the shapes do not fit.
 * @throws RangeError where an index is no class.
 * @see sklearn.metrics.accuracy_score
 * @example
 * accuracy([[0.1, 0.9], [0.8, 0.2]], [1, 1]) // → 0.5
 */
export function accuracy(
  predictions: ArrayData,
  labels: ArrayData,
  options: AxisOption = {},
): number {
  return within(accuracy, () => {
    checkOptions('accuracy', options, ['axis'])
    const { predicted, actual } = answersOf('accuracy', predictions, labels, options, MOST_LABELS)
    return meanOf(predicted.map((label, i) => (label === actual[i] ? 1 : 0)))
  })
}

/** Where the classes lie, and how many of the largest scores are looked at. */
export type TopKOptions = AxisOption & {
  /** Among how many of the largest scores the class must be. Default 5. */
  readonly k?: number
}

/**
 * The share of samples whose class is among the k largest scores; NaN of none.
 *
 * Shape: scores `[N, C, …]`, labels `[N, …]`. Among equal scores the first classes count as larger.
 *
 * @throws ShapeError where the shapes do not fit.
 * @throws RangeError where a label is no class, or k no integer above 0.
 * @see sklearn.metrics.top_k_accuracy_score
 * @example
 * topKAccuracy([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]], [1, 0], { k: 2 }) // → 0.5
 */
export function topKAccuracy(
  scores: ArrayData,
  labels: ArrayData,
  options: TopKOptions = {},
): number {
  return within(topKAccuracy, () => {
    const op = 'topKAccuracy'
    checkOptions(op, options, ['k', 'axis'])
    const { k = 5, axis } = options
    if (!Number.isInteger(k) || k < 1) throw optionError(op, 'k', 'an integer > 0', k)
    const given = scoresOf(op, scores, axis)
    const { indices } = labelsOf(op, labels, given)
    return meanOf(indices.map((label, sample) => (rankOf(given, sample, label) < k ? 1 : 0)))
  })
}

/**
 * How many samples of each class (row) were predicted to be of each class (column).
 *
 * Shape: scores `[N, C, …]` and labels `[N, …]`, or class indices of the same shape.
 *
 * @throws ShapeError where the shapes do not fit.
 * @throws RangeError where an index is no class.
 * @see sklearn.metrics.confusion_matrix
 * @example
 * confusionMatrix([0, 1, 1], [0, 0, 1]) // → [ [ 1, 1 ], [ 0, 1 ] ]
 */
export function confusionMatrix(
  predictions: ArrayData,
  labels: ArrayData,
  options: ClassCountOptions = {},
): number[][] {
  return within(confusionMatrix, () => {
    const op = 'confusionMatrix'
    checkOptions(op, options, ['axis', 'numClasses'])
    const given = answersOf(op, predictions, labels, options, MOST_ROWS)
    const { predicted, actual, numClasses } = given
    const counts = Array.from({ length: numClasses }, () =>
      Array.from({ length: numClasses }, () => 0),
    )
    predicted.forEach((label, i) => counts[actual[i]!]![label]!++)
    return counts
  })
}

/** How the figures of all classes become one; `'none'` keeps one for each. */
export type Average = 'binary' | 'macro' | 'micro' | 'weighted' | 'none'

/** How the figures of the classes become one. */
export type PrecisionRecallOptions<A = Average> = ClassCountOptions & {
  /**
   * `'binary'`: of class 1 alone; `'macro'`: the mean over the classes; `'micro'`: of all decisions together;
   * `'weighted'`: the mean weighted by how often a class occurs. Default `'macro'`.
   */
  readonly average?: A
  /** What 0/0 is: the precision of a class that was never predicted, for one. Default NaN. */
  readonly zeroDivision?: number
}

/** How well classes were found: numbers, or one of each per class. */
export type PrecisionRecallF1<T = number> = {
  /** The share of right answers among predictions of the class: `TP/(TP + FP)`. */
  readonly precision: T
  /** The share of the class that was found: `TP/(TP + FN)`. */
  readonly recall: T
  /** The harmonic mean of both: `2 TP/(2 TP + FP + FN)`. */
  readonly f1: T
}

const AVERAGES = ['binary', 'macro', 'micro', 'weighted', 'none']

/**
 * Precision, recall and their harmonic mean F1.
 *
 * Shape: scores `[N, C, …]` and labels `[N, …]`, or class indices of the same shape.
 *
 * @throws ShapeError where the shapes do not fit.
 * @throws RangeError where an index is no class, or the average has another name.
 * @see sklearn.metrics.precision_recall_fscore_support
 * @example
 * precisionRecallF1([0, 1, 1], [0, 0, 1], { average: 'binary' })
 * // → { precision: 0.5, recall: 1, f1: 0.6666666666666666 }
 */
export function precisionRecallF1<const A extends Average = 'macro'>(
  predictions: ArrayData,
  labels: ArrayData,
  options: PrecisionRecallOptions<A> = {},
): PrecisionRecallF1<A extends 'none' ? number[] : number> {
  return within(precisionRecallF1, () => {
    const op = 'precisionRecallF1'
    checkOptions(op, options, ['axis', 'numClasses', 'average', 'zeroDivision'])
    const { average = 'macro', zeroDivision = Number.NaN } = options
    if (!AVERAGES.includes(average)) throw averageError(op, AVERAGES, average)
    const tallies = talliesOf(answersOf(op, predictions, labels, options, MOST_CLASSES))
    const figure = (f: (tally: Tally) => readonly [above: number, below: number]) =>
      averaged(average, tallies, (tally) => {
        const [above, below] = f(tally)
        return below === 0 ? zeroDivision : above / below
      })
    return {
      precision: figure(({ right, predicted }) => [right, predicted]),
      recall: figure(({ right, actual }) => [right, actual]),
      f1: figure(({ right, predicted, actual }) => [2 * right, predicted + actual]),
    } as PrecisionRecallF1<A extends 'none' ? number[] : number>
  })
}

/** Of a class: how often it was rightly predicted, predicted, and there. */
type Tally = { right: number; predicted: number; actual: number }

function talliesOf({ predicted, actual, numClasses }: Answers): readonly Tally[] {
  const tallies = Array.from({ length: numClasses }, () => ({ right: 0, predicted: 0, actual: 0 }))
  predicted.forEach((label, i) => {
    tallies[label]!.predicted++
    tallies[actual[i]!]!.actual++
    if (label === actual[i]) tallies[label]!.right++
  })
  return tallies
}

function averaged(
  average: Average,
  tallies: readonly Tally[],
  figure: (tally: Tally) => number,
): number | number[] {
  const each = tallies.map(figure)
  const none: Tally = { right: 0, predicted: 0, actual: 0 }
  if (average === 'none') return each
  if (average === 'binary') return figure(tallies[1] ?? none)
  if (average === 'macro') return meanOf(each)
  if (average === 'micro')
    return figure({
      right: sumOf(tallies.map(({ right }) => right)),
      predicted: sumOf(tallies.map(({ predicted }) => predicted)),
      actual: sumOf(tallies.map(({ actual }) => actual)),
    })
  const present = tallies.map(({ actual }, c) => (actual === 0 ? 0 : actual * each[c]!))
  return sumOf(present) / sumOf(tallies.map(({ actual }) => actual))
}

// ---- Numbers and scores ----

/**
 * The coefficient of determination R²: `1 − Σ (t − p)²/Σ (t − mean t)²`, over axis 0, averaged over all
 * others. 1 is perfect, 0 as good as the mean; targets without variance give −Infinity, or NaN if met.
 *
 * @throws ShapeError where the shapes differ.
 * @see sklearn.metrics.r2_score, which has 0 and 1 for targets without variance
 * @example
 * r2([1, 2, 4], [1, 2, 3]) // → 0.5
 */
export function r2(predictions: ArrayData, targets: ArrayData): number {
  return within(r2, () => {
    const p = numbersIn('r2', 'predictions', predictions)
    const t = numbersIn('r2', 'targets', targets)
    if (!sameShape(p.shape, t.shape)) throw shapeError('r2', 'targets', t.shape, p.shape)
    const samples = p.shape[0] ?? 1
    const outputs = sizeOf(p.shape.slice(1))
    // However many outputs there are: of nothing, each of them is NaN.
    if (samples === 0) return Number.NaN
    const column = (flat: ArrayLike<number>, output: number): number[] =>
      Array.from({ length: samples }, (_, i) => flat[i * outputs + output]!)
    const each = Array.from({ length: outputs }, (_, output) => {
      const predicted = column(p.flat, output)
      const actual = column(t.flat, output)
      const mean = meanOf(actual)
      const left = sumOf(actual.map((x, i) => (x - predicted[i]!) ** 2))
      return 1 - left / sumOf(actual.map((x) => (x - mean) ** 2))
    })
    return meanOf(each)
  })
}

/**
 * The area under the receiver operating characteristic: how often a positive sample has a larger score than
 * a negative one, equal scores counting half. NaN where one of both kinds is missing, or a score is NaN.
 *
 * Shape: scores and labels (0 or 1) alike.
 *
 * @throws ShapeError where the shapes differ.
 * @throws RangeError where a label is neither 0 nor 1.
 * @see sklearn.metrics.roc_auc_score; Hanley and McNeil, Radiology 143 (1982)
 * @example
 * rocAuc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) // → 0.75
 */
export function rocAuc(scores: ArrayData, labels: ArrayData): number {
  return within(rocAuc, () => {
    const { shape, flat } = numbersIn('rocAuc', 'scores', scores)
    const given = numbersIn('rocAuc', 'labels', labels)
    if (!sameShape(given.shape, shape)) throw shapeError('rocAuc', 'labels', given.shape, shape)
    const ofLabel: [negatives: number[], positives: number[]] = [[], []]
    for (let i = 0; i < flat.length; i++) {
      const label = given.flat[i]!
      if (label !== 0 && label !== 1) throw binaryLabelError('rocAuc', label, indexOf(i, shape))
      ofLabel[label].push(flat[i]!)
    }
    // Typed arrays, since calls of a comparison take several times as long. NaN is last in them.
    const negatives = Float64Array.from(ofLabel[0]).toSorted()
    const positives = Float64Array.from(ofLabel[1]).toSorted()
    if (Number.isNaN(negatives.at(-1)) || Number.isNaN(positives.at(-1))) return Number.NaN
    let wins = 0
    for (let start = 0, below = 0; start < positives.length;) {
      const score = positives[start]!
      let end = start
      while (positives[end] === score) end++
      while (negatives[below]! < score) below++
      let notAbove = below
      while (negatives[notAbove] === score) notAbove++
      wins += (end - start) * (below + (notAbove - below) / 2)
      start = end
    }
    return wins / (positives.length * negatives.length)
  })
}

function sumOf(numbers: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < numbers.length; i++) sum += numbers[i]!
  return sum
}

/** NaN of nothing. */
function meanOf(numbers: ArrayLike<number>): number {
  return sumOf(numbers) / numbers.length
}
