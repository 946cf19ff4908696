/**
 * Connectionist temporal classification: how likely a sequence of labels is, over all ways to stretch it
 * over time. It is the forward algorithm, in logarithms; its derivatives follow from its operations.
 *
 * Labels stand between blanks, and time moves through them from left to right:
 *
 *     s      0   1   2   3   4      each step stays at s, goes to s + 1,
 *            _   a   _   b   _      or from label to label (s + 2) if they differ
 */
import { MLArray, type Shape } from '@smol/mlarray'
import { within } from '@smol/mlarray/kernels'
import { choose, numbersIn } from './classes.ts'
import {
  blankLabelError,
  joinedLabelsError,
  labelError,
  lengthError,
  lengthsError,
  optionError,
  rankError,
} from './errors.ts'
import { arrayOf, sameShape, sizeOf, type ArrayData } from './input.ts'
import { checkOptions } from './options.ts'
import { reduce, type LossOptions, type Reduced, type Reduction } from './reduction.ts'

/** Which class is the blank, and what a label sequence counts that fits into no path. */
export type CtcOptions<R = Reduction> = LossOptions<R> & {
  /** The class of the blank. Default 0. */
  readonly blank?: number
  /** Count a loss of Infinity, and its gradient, as 0. Default `false`. */
  readonly zeroInfinity?: boolean
}

const OP = 'ctcLoss'

/**
 * Connectionist temporal classification, in nats: `−log Σ_π Π_t p_t(π_t)` over all paths π through the classes
 * that become the labels when repetitions are merged and blanks removed. Infinity, with gradient 0, where
 * the input is too short for them.
 *
 * Shape: log-probabilities (from `logSoftmax`) `[T, N, C]`, labels `[N, S]` (or all labels in a row), both
 * lengths `[N]`, in steps; the unreduced loss `[N]`. For a single sample `[T, C]`, `[S]`, and numbers.
 * `'mean'` divides each loss by the number of its labels (at least 1) first.
 *
 * @throws ShapeError where the shapes do not belong together.
 * @throws RangeError where a label is no class or the blank, or a length does not fit.
 * @see torch.nn.functional.ctc_loss; Graves et al., "Connectionist temporal classification", ICML 2006,
 *   equations 5 to 8
 * @example
 * const even = new MLArray([[1, 1], [1, 1]]).logSoftmax()
 * ctcLoss(even, [1], 2, 1).item() // → 0.2876820724517811
 */
export function ctcLoss<const R extends Reduction = 'mean'>(
  predictions: MLArray,
  labels: ArrayData,
  inputLengths: ArrayData,
  labelLengths: ArrayData,
  options: CtcOptions<R> = {},
): Reduced<R> {
  return within(ctcLoss, () => {
    checkOptions('ctcLoss', options, ['blank', 'zeroInfinity', 'reduction', 'weight'])
    const x = arrayOf(OP, 'predictions', predictions)
    if (x.ndim !== 2 && x.ndim !== 3)
      throw rankError(OP, 'predictions', x.shape, '[T, N, C] or [T, C]')
    const isSingle = x.ndim === 2
    const steps: MLArray = isSingle ? x.expandDims(1) : x
    const { blank = 0, zeroInfinity = false, reduction = 'mean' } = options
    const [time, samples, classes] = steps.shape as [number, number, number]
    if (time === 0) throw rankError(OP, 'predictions', x.shape, '[T, …] with at least one step')
    if (!Number.isInteger(blank) || blank < 0 || blank >= classes)
      throw optionError(OP, 'blank', `a class index from 0 to ${classes - 1}`, blank)
    const shape = isSingle ? [] : [samples]
    const durations = lengthsIn('inputLengths', inputLengths, shape, [1, time])
    const sequences = sequencesOf(labels, labelLengths, { shape, classes, blank })
    // Of no samples one step says as much as all, of which there may be billions.
    const read: MLArray = samples === 0 ? steps.slice(':1') : steps
    const loss = forward(read, sequences, durations, blank).neg()
    const finite = zeroInfinity ? choose(loss.eq(Infinity), 0, loss) : loss
    const each = reduction === 'mean' ? finite.div(lengthsOf(sequences, x)) : finite
    return reduce(OP, each.reshape(shape), options)
  })
}

/** Each sample's labels. */
type Sequences = readonly (readonly number[])[]

function lengthsOf(sequences: Sequences, { dtype }: MLArray): MLArray {
  const lengths = sequences.map((labels) => Math.max(labels.length, 1))
  return new MLArray(lengths, { dtype, requiresGrad: false })
}

function lengthsIn(
  name: string,
  data: ArrayData,
  expected: Shape,
  range: readonly [from: number, to: number],
): number[] {
  const { shape, flat } = numbersIn(OP, name, data)
  if (!sameShape(shape, expected)) throw lengthsError(OP, name, shape, expected)
  return Array.from(flat, (given, i) => {
    if (!Number.isInteger(given) || given < range[0] || given > range[1])
      throw lengthError(OP, name, { given, at: shape.length === 0 ? [] : [i], range })
    return given
  })
}

type Alphabet = { readonly shape: Shape; readonly classes: number; readonly blank: number }

/** The labels of each sample, from rows that are padded to one length, or from all in a row. */
function sequencesOf(
  data: ArrayData,
  lengthData: ArrayData,
  { shape, classes, blank }: Alphabet,
): Sequences {
  const labels = numbersIn(OP, 'labels', data)
  const samples = sizeOf(shape)
  const isPadded = labels.shape.length === shape.length + 1 && labels.shape.length === 2
  const longest = labels.shape.at(-1) ?? 0
  const lengths = lengthsIn('labelLengths', lengthData, shape, [0, longest])
  const total = lengths.reduce((sum, length) => sum + length, 0)
  const fits = isPadded ? labels.shape[0] === samples : labels.shape.length === 1
  if (!fits || (!isPadded && shape.length === 1 && longest !== total))
    throw joinedLabelsError(OP, labels.shape, samples, total)
  let start = 0
  return lengths.map((length, n) => {
    const from = isPadded ? n * longest : start
    start += length
    return Array.from({ length }, (_, i) => {
      const label = labels.flat[from + i]!
      const at = isPadded ? [n, i] : [from + i]
      if (label === blank) throw blankLabelError(OP, blank, at)
      if (!Number.isInteger(label) || label < 0 || label >= classes)
        throw labelError(OP, label, { at, classes })
      return label
    })
  })
}

/** The logarithm of each sample's probability, by the forward variables α of all samples at once. */
function forward(
  steps: MLArray,
  sequences: Sequences,
  durations: readonly number[],
  blank: number,
): MLArray {
  const classAt: ClassAt = (n, s) => (s % 2 === 0 ? blank : (sequences[n]![(s - 1) / 2] ?? blank))
  const places = 2 * Math.max(0, ...sequences.map((labels) => labels.length)) + 1
  const mask = (holds: (n: number, s: number) => boolean): MLArray => {
    const rows = sequences.map((_, n) => Array.from({ length: places }, (__, s) => +holds(n, s)))
    const shape = [sequences.length, places]
    return new MLArray(rows.flat(), { shape, dtype: steps.dtype, requiresGrad: false })
  }
  const canStart = mask((_, s) => s < 2)
  const canStep = mask((_, s) => s > 0)
  // Even places are blanks, and do not differ.
  const canSkip = mask((n, s) => s > 2 && classAt(n, s) !== classAt(n, s - 2))
  const canEnd = mask(
    (n, s) => s === 2 * sequences[n]!.length || s === 2 * sequences[n]!.length - 1,
  )
  const [first, ...rest] = emissions(steps, sequences.length, places, classAt)
  let alpha = choose(canStart, first!, -Infinity)
  rest.forEach((emission, i) => {
    const stepped = choose(canStep, alpha.roll(1, { axis: 1 }), -Infinity)
    const skipped = choose(canSkip, alpha.roll(2, { axis: 1 }), -Infinity)
    const next: MLArray = alpha.logaddexp(stepped).logaddexp(skipped).add(emission)
    const isOver = durations.some((duration) => duration < i + 2)
    alpha = isOver
      ? choose(
          mask((n) => durations[n]! > i + 1),
          next,
          alpha,
        )
      : next
  })
  return choose(canEnd, alpha, -Infinity).logsumexp({ axis: 1 })
}

/** The class at place s of sample n. */
type ClassAt = (n: number, s: number) => number

/** For each step, the log-probability of the class at each place of each sample. */
function emissions(steps: MLArray, samples: number, places: number, classAt: ClassAt): MLArray[] {
  const classes = Array.from({ length: samples * places }, (_, i) =>
    classAt(Math.floor(i / places), i % places),
  )
  const shape = [1, samples, places]
  const chosen = steps.takeAlongAxis(new MLArray(classes, { shape, requiresGrad: false }))
  return rowsOf(chosen)
}

/**
 * The arrays along the first axis, cut off by halves: the gradient of a cut is as large as what it was cut
 * from, so that T cuts from all of them would take T² numbers.
 */
function rowsOf(x: MLArray): MLArray[] {
  const rows = x.shape[0]!
  if (rows === 1) return [x.squeeze({ axis: 0 })]
  const half = rows >> 1
  return [...rowsOf(x.slice(`:${half}`)), ...rowsOf(x.slice(`${half}:`))]
}
