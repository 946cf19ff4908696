/**
 * What metrics compare: the class of each sample, and the one that was predicted.
 */
import { classesOf, labelsOf, numbersIn, type AxisOption, type Classes } from './classes.ts'
import { optionError, scoredLabelsError, shapeError } from './errors.ts'
import { sameShape, sizeOf, type ArrayData } from './input.ts'

/** Where the classes lie, and how many there are. */
export type ClassCountOptions = AxisOption & {
  /** How many classes there are. Default as many as there are scores, or the largest index and 1. */
  readonly numClasses?: number
}

export type Scores = Classes & {
  /** The score of a class of a sample, both numbered in row-major order. */
  readonly score: (sample: number, label: number) => number
}

/** Scores along an axis of classes. */
export function scoresOf(op: string, data: ArrayData, axis: number | undefined): Scores {
  const { shape, flat } = numbersIn(op, 'scores', data)
  const classes = classesOf(op, { shape }, axis)
  const { count } = classes
  const inner = sizeOf(shape.slice(classes.axis + 1))
  const score = (sample: number, label: number): number =>
    flat[(Math.floor(sample / inner) * count + label) * inner + (sample % inner)]!
  return { ...classes, score }
}

/** NaN is larger than all numbers, as `argmax` has it. */
function exceeds(a: number, b: number): boolean {
  return a > b || (Number.isNaN(a) && !Number.isNaN(b))
}

/** How many classes come before a label: those with a larger score, or the same and a smaller index. */
export function rankOf({ count, score }: Scores, sample: number, label: number): number {
  const own = score(sample, label)
  let rank = 0
  for (let c = 0; c < count; c++) {
    const other = score(sample, c)
    if (exceeds(other, own) || (c < label && !exceeds(own, other))) rank++
  }
  return rank
}

function best({ count, score }: Scores, sample: number): number {
  let first = 0
  for (let c = 1; c < count; c++) if (exceeds(score(sample, c), score(sample, first))) first = c
  return first
}

export type Answers = {
  readonly predicted: Int32Array
  readonly actual: Int32Array
  readonly numClasses: number
}

/** Predicted and actual classes, `most` of them at most; scores become the class with the largest. */
export function answersOf(
  op: string,
  predictions: ArrayData,
  labels: ArrayData,
  { axis, numClasses }: ClassCountOptions,
  most: number,
): Answers {
  if (
    numClasses !== undefined &&
    !(Number.isInteger(numClasses) && numClasses > 0 && numClasses <= most)
  )
    throw optionError(op, 'numClasses', `an integer from 1 to ${most}`, numClasses)
  const given = numbersIn(op, 'predictions', predictions)
  const { shape, flat } = numbersIn(op, 'labels', labels)
  if (given.shape.length === shape.length) {
    if (!sameShape(given.shape, shape)) throw shapeError(op, 'labels', shape, given.shape)
    // A label beyond `most` is named by what reads it.
    const count = numClasses ?? Math.min(1 + largest(flat, largest(given.flat, 0)), most)
    const classes = { axis: 0, count, outer: shape }
    const predicted = labelsOf(op, predictions, classes).indices
    return { predicted, actual: labelsOf(op, labels, classes).indices, numClasses: count }
  }
  const scores = scoresOf(op, predictions, axis)
  if (scores.count > most)
    throw optionError(op, 'predictions', `scores of at most ${most} classes`, scores.count)
  if (!sameShape(shape, scores.outer)) throw scoredLabelsError(op, shape, given.shape, scores.outer)
  const { indices: actual } = labelsOf(op, labels, scores)
  const predicted = actual.map((_, sample) => best(scores, sample))
  const total = numClasses ?? scores.count
  if (total < scores.count || total > most)
    throw optionError(op, 'numClasses', `an integer from ${scores.count} to ${most}`, total)
  return { predicted, actual, numClasses: total }
}

function largest(numbers: ArrayLike<number>, atLeast: number): number {
  let max = atLeast
  for (let i = 0; i < numbers.length; i++) if (numbers[i]! > max) max = numbers[i]!
  return max
}
