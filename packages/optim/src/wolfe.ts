/**
 * A line search: a length of a step that satisfies the strong Wolfe conditions.
 *
 * Nocedal and Wright, Numerical Optimization (2006), algorithms 3.5 (bracket) and 3.6 (zoom), with cubic
 * interpolation (equation 3.59) and the safeguards that PyTorch has.
 */

/** A point along the line: where, the loss there, its gradient, and the slope along the line. */
export type Point = {
  readonly t: number
  readonly loss: number
  readonly gradient: Float64Array
  readonly slope: number
}

const SUFFICIENT_DECREASE = 1e-4
const CURVATURE = 0.9
const MAX_TRIALS = 25

type Found = { readonly point: Point; readonly evaluations: number }
type Bracket = { readonly low: Point; readonly high: Point }

/**
 * Searches from `start`, at `t = 0`, with `firstTrial` as first length.
 *
 * @param reach the largest absolute number of the direction: what an interval of `t` moves at most.
 */
export function strongWolfe(
  at: (t: number) => Point,
  start: Point,
  firstTrial: number,
  reach: number,
  toleranceChange: number,
): Found {
  let previous = start
  let point = at(firstTrial)
  let trials = 0
  let bracket: Bracket | undefined
  while (trials < MAX_TRIALS && bracket === undefined) {
    if (tooHigh(start, point) || (trials > 1 && point.loss >= previous.loss)) {
      bracket = { low: previous, high: point }
    } else if (flatEnough(start, point)) {
      return { point, evaluations: trials + 1 }
    } else if (point.slope >= 0) {
      bracket = { low: previous, high: point }
    } else {
      const least = point.t + 0.01 * (point.t - previous.t)
      const t = minimiserOfCubic(previous, point, least, point.t * 10)
      previous = point
      point = at(t)
      trials++
    }
  }
  if (bracket === undefined)
    return { point: start.loss <= point.loss ? start : point, evaluations: trials + 1 }
  return zoom(at, start, bracket, { trials, reach, toleranceChange })
}

type Progress = { trials: number; readonly reach: number; readonly toleranceChange: number }

function zoom(
  at: (t: number) => Point,
  start: Point,
  { low: first, high: second }: Bracket,
  progress: Progress,
): Found {
  // The ends keep their places while one replaces the other: interpolation reads them in this order.
  const ends: [Point, Point] = [first, second]
  let stuck = false
  let done = false
  while (!done && progress.trials < MAX_TRIALS) {
    if (Math.abs(ends[1].t - ends[0].t) * progress.reach < progress.toleranceChange) break
    const trial = safeguarded(ends, stuck)
    stuck = trial.stuck
    const point = at(trial.t)
    progress.trials++
    const low = ends[0].loss <= ends[1].loss ? 0 : 1
    const high = low === 0 ? 1 : 0
    if (tooHigh(start, point) || point.loss >= ends[low].loss) ends[high] = point
    else {
      if (flatEnough(start, point)) done = true
      else if (point.slope * (ends[high].t - ends[low].t) >= 0) ends[high] = ends[low]
      ends[low] = point
    }
  }
  const point = ends[0].loss <= ends[1].loss ? ends[0] : ends[1]
  return { point, evaluations: progress.trials + 1 }
}

/** The minimiser of the cubic, kept off the ends where it comes near one twice or lies on it. */
function safeguarded(
  ends: readonly [Point, Point],
  stuck: boolean,
): { readonly t: number; readonly stuck: boolean } {
  const least = Math.min(ends[0].t, ends[1].t)
  const most = Math.max(ends[0].t, ends[1].t)
  const t = minimiserOfCubic(ends[0], ends[1], least, most)
  const margin = 0.1 * (most - least)
  if (Math.min(most - t, t - least) >= margin) return { t, stuck: false }
  if (!stuck && t < most && t > least) return { t, stuck: true }
  const nearMost = Math.abs(t - most) < Math.abs(t - least)
  return { t: nearMost ? most - margin : least + margin, stuck: false }
}

/** Armijo's condition fails. */
function tooHigh(start: Point, { t, loss }: Point): boolean {
  return loss > start.loss + SUFFICIENT_DECREASE * t * start.slope
}

/** The curvature condition holds. */
function flatEnough(start: Point, { slope }: Point): boolean {
  return Math.abs(slope) <= -CURVATURE * start.slope
}

/** Where the cubic through both points with their slopes is smallest, within bounds; else their middle. */
function minimiserOfCubic(a: Point, b: Point, least: number, most: number): number {
  const d1 = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.t - b.t)
  const square = d1 ** 2 - a.slope * b.slope
  if (!(square >= 0)) return (least + most) / 2
  const d2 = Math.sqrt(square)
  const [x, y] = a.t <= b.t ? [a, b] : [b, a]
  const t = y.t - (y.t - x.t) * ((y.slope + d2 - d1) / (y.slope - x.slope + 2 * d2))
  // An infinite loss has no cubic.
  return Number.isNaN(t) ? (least + most) / 2 : Math.min(Math.max(t, least), most)
}
