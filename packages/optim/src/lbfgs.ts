/**
 * L-BFGS: a quasi-Newton method, which models the curvature by the last changes of parameters and
 * gradients. It concerns all numbers at once, so it has no row.
 */
import { closureError, metricError, oneGroupError, stateError } from './errors.ts'
import { Value, type MLArray } from '@smol/mlarray'
import { within } from '@smol/mlarray/kernels'
import type { Group, OptimizerOptions } from './group.ts'
import { isPlainObject } from './options.ts'
import { Optimizer } from './optimizer.ts'
import { isMade, type Parameters } from './parameter.ts'
import type { LBFGSSettings } from './settings.ts'
import type { OptimizerState, ParameterState } from './state.ts'
import { addMultiple, concatenated, dot, largest, sumOfAbsolutes } from './vector.ts'
import { strongWolfe, type Point } from './wolfe.ts'

const DEFAULTS: LBFGSSettings = {
  learningRate: 1,
  maxIter: 20,
  maxEval: 25,
  toleranceGrad: 1e-7,
  toleranceChange: 1e-9,
  historySize: 100,
  lineSearch: 'none',
}

/** What a state has beside the pairs. */
const KEPT = { evaluations: 0, t: 0, loss: 0, scale: 1 }
const SLOTS = { direction: 0, gradient: 0 }

/** The changes of one iteration: of the parameters, and of the gradient. */
type Pair = { readonly s: Float64Array; readonly y: Float64Array; readonly sy: number }

/** What is remembered from one iteration to the next. */
type Memory = {
  iterations: number
  evaluations: number
  /** The length of the last step along `direction`. */
  t: number
  direction: Float64Array
  gradient: Float64Array
  loss: number
  scale: number
  pairs: Pair[]
}

/** Clears the gradients, computes the loss, calls `backward()` and returns the loss. */
export type Closure = () => number | Value | MLArray

/**
 * L-BFGS, for smooth losses of all data and few parameters: `d = −Hg` by the last `historySize` changes,
 * then a step of length α or one that a line search finds.
 *
 * Nocedal and Wright, Numerical Optimization (2006), algorithms 7.4 and 7.5; a pair of changes is kept where
 * `sᵀy > 1e-10`. There is no weight decay, and one group only. The line search turns back from where the loss
 * is NaN or infinite, which PyTorch's walks on from.
 *
 * @throws RangeError where an option is not accepted. @see torch.optim.LBFGS
 * @example
 * const optimizer = new LBFGS([w], { lineSearch: 'strongWolfe' })
 * optimizer.step(() => {
 *   optimizer.zeroGrad()
 *   const loss = lossOf(w)
 *   loss.backward()
 *   return loss
 * })
 */
export class LBFGS extends Optimizer<LBFGSSettings> {
  #memory: Memory | undefined

  constructor(
    parameters: Parameters | Group<LBFGSSettings> | readonly Group<LBFGSSettings>[],
    options: OptimizerOptions<LBFGSSettings> = {},
  ) {
    // What is no number is refused with all other settings.
    const given: unknown = isPlainObject(options) ? options['maxIter'] : undefined
    const maxIter = typeof given === 'number' ? given : DEFAULTS.maxIter
    const defaults = { ...DEFAULTS, maxEval: Math.floor((maxIter * 5) / 4) || 1 }
    super({ name: 'LBFGS', defaults, kept: () => KEPT, slots: () => SLOTS }, parameters, options)
  }

  override addGroup(group: Group<LBFGSSettings>): ReturnType<Optimizer<LBFGSSettings>['addGroup']> {
    return within(LBFGS.prototype.addGroup, () => {
      if (this.groups.length > 0) throw oneGroupError('LBFGS')
      return super.addGroup(group)
    })
  }

  /** Evaluations of closures so far. */
  get evaluations(): number {
    return this.#memory?.evaluations ?? 0
  }

  /**
   * Up to `maxIter` iterations, with `closure` called at each point that is tried.
   *
   * @returns the loss at the start of the step.
   * @throws TypeError where the closure leaves no parameter a gradient, or returns no number.
   */
  step(closure: Closure): number {
    const group = this.groups[0]!
    const settings = within(LBFGS.prototype.step, () => {
      if (typeof closure !== 'function') throw closureError('LBFGS', closure)
      return group.scheduled
    })
    const loss = evaluate(closure)
    const skips = within(LBFGS.prototype.step, () => this.skips())
    const memory = this.#memory ?? emptyMemory(this.#size)
    memory.evaluations++
    this.#memory = memory
    if (skips) return loss
    const gradient = this.#gradient()
    const steepest = largest(gradient)
    // NaN and Infinity show no direction.
    if (steepest > settings.toleranceGrad && steepest < Infinity)
      this.#iterate(closure, settings, loss, gradient)
    group.scheduleStep++
    return loss
  }

  override stateDict(): OptimizerState {
    const memory = this.#memory
    if (memory !== undefined) {
      const { iterations, evaluations, t, direction, gradient, loss, scale, pairs } = memory
      const slots = { direction, gradient, ...named(pairs) }
      const kept = { evaluations, t, loss, scale }
      this.states.set(this.members[0]!, { step: iterations, kept, slots })
    }
    return super.stateDict()
  }

  override loadStateDict(state: OptimizerState): void {
    return within(LBFGS.prototype.loadStateDict, () => {
      checkMemory(state)
      super.loadStateDict(state)
      const loaded = this.states.get(this.members[0]!)
      if (loaded === undefined) {
        this.#memory = undefined
        return
      }
      const { evaluations, t, loss, scale } = loaded.kept as Record<string, number>
      const { direction, gradient, ...rest } = loaded.slots as Record<string, Float64Array>
      const count = Object.keys(rest).length / 2
      const pairs = Array.from({ length: count }, (_, i) => pairOf(rest[`s${i}`]!, rest[`y${i}`]!))
      this.#memory = {
        iterations: loaded.step,
        evaluations: evaluations!,
        t: t!,
        direction: direction!,
        gradient: gradient!,
        loss: loss!,
        scale: scale!,
        pairs,
      }
    })
  }

  /** All parameters share one state, as one long vector. */
  protected override allocateSlot(): Float64Array {
    return new Float64Array(this.#size)
  }

  get #size(): number {
    return this.members.reduce((sum, { size }) => sum + size, 0)
  }

  #iterate(
    closure: Closure,
    settings: LBFGSSettings,
    startLoss: number,
    startGradient: Float64Array,
  ): void {
    const memory = this.#memory!
    let [loss, gradient] = [startLoss, startGradient]
    let evaluations = 1
    for (let n = 1; n <= settings.maxIter; n++) {
      memory.iterations++
      updateDirection(memory, gradient, settings.historySize)
      memory.gradient = gradient
      memory.loss = loss
      memory.t = settings.learningRate
      if (memory.iterations === 1) memory.t *= Math.min(1, 1 / sumOfAbsolutes(gradient))
      const slope = dot(gradient, memory.direction)
      if (slope > -settings.toleranceChange) return
      const start: Point = { t: 0, loss, gradient, slope }
      const isLast = n === settings.maxIter
      const next = this.#move(closure, settings, start, isLast)
      memory.evaluations += next.evaluations
      evaluations += next.evaluations
      ;({ loss, gradient } = next.point)
      if (isLast || evaluations >= settings.maxEval) return
      if (largest(gradient) <= settings.toleranceGrad) return
      if (largest(memory.direction) * Math.abs(memory.t) <= settings.toleranceChange) return
      if (Math.abs(loss - memory.loss) < settings.toleranceChange) return
    }
  }

  /** Goes along the direction, as far as the settings say. */
  #move(
    closure: Closure,
    { lineSearch }: LBFGSSettings,
    start: Point,
    isLast: boolean,
  ): { readonly point: Point; readonly evaluations: number } {
    const memory = this.#memory!
    const before = this.#numbers()
    const { direction } = memory
    const at = (t: number): Point => {
      this.#place(before, direction, t)
      const loss = evaluate(closure)
      const gradient = this.#gradient()
      return { t, loss, gradient, slope: dot(gradient, direction) }
    }
    if (lineSearch === 'strongWolfe') {
      // Outside of where the loss is defined (a logarithm of what is negative, say) it is too high.
      const bounded = (t: number): Point => {
        const point = at(t)
        return Number.isNaN(point.loss) ? { ...point, loss: Infinity } : point
      }
      const found = strongWolfe(bounded, start, memory.t, largest(direction), LINE_TOLERANCE)
      memory.t = found.point.t
      this.#place(before, direction, memory.t)
      return found
    }
    if (!isLast) return { point: at(memory.t), evaluations: 1 }
    // What the last iteration leads to, the closure of the next step will see.
    this.#place(before, direction, memory.t)
    return { point: start, evaluations: 0 }
  }

  #numbers(): Float64Array {
    return concatenated(
      this.#size,
      this.members.map((parameter) => parameter.read()),
    )
  }

  #gradient(): Float64Array {
    return concatenated(
      this.#size,
      this.members.map((parameter) => parameter.gradient() ?? new Float64Array(parameter.size)),
    )
  }

  /** Sets the parameters to `before + t · direction`. */
  #place(before: Float64Array, direction: Float64Array, t: number): void {
    let offset = 0
    for (const parameter of this.members) {
      const start = offset
      parameter.change('LBFGS', (elements) => {
        for (let i = 0; i < elements.length; i++)
          elements[i] = before[start + i]! + t * direction[start + i]!
      })
      offset += parameter.size
    }
  }
}

const names = (x: unknown): string[] => (isPlainObject(x) ? Object.keys(x) : [])

/** @throws RangeError where a part of a pair is missing: nothing else would tell of it. */
function checkMemory(state: OptimizerState): void {
  const saved = (state as Partial<OptimizerState> | null | undefined)?.state?.['0']
  if (saved === undefined) return
  const slots = new Set(names((saved as Partial<ParameterState> | null)?.slots))
  const pairs = Array.from({ length: Math.ceil((slots.size - 2) / 2) }, (_, i) => [
    `s${i}`,
    `y${i}`,
  ])
  const missing = pairs.flat().find((name) => !slots.has(name))
  if (missing !== undefined) throw stateError('LBFGS', missing, undefined, 'a part of it')
}

// PyTorch's line search has a tolerance of its own, whatever toleranceChange is.
const LINE_TOLERANCE = 1e-9

function emptyMemory(size: number): Memory {
  return {
    iterations: 0,
    evaluations: 0,
    t: 0,
    direction: new Float64Array(size),
    gradient: new Float64Array(size),
    loss: 0,
    scale: 1,
    pairs: [],
  }
}

/** Takes in the changes since the last iteration, and computes `d = −Hg`. */
function updateDirection(memory: Memory, gradient: Float64Array, historySize: number): void {
  if (memory.iterations === 1) {
    memory.direction = gradient.map((g) => -g)
    return
  }
  const { direction, t, gradient: previous } = memory
  const pair = pairOf(
    direction.map((d) => d * t),
    gradient.map((g, i) => g - previous[i]!),
  )
  if (pair.sy > 1e-10) {
    memory.pairs.push(pair)
    if (memory.pairs.length > historySize) memory.pairs.shift()
    memory.scale = pair.sy / dot(pair.y, pair.y)
  }
  memory.direction = twoLoops(memory.pairs, memory.scale, gradient)
}

/** Algorithm 7.4: `−Hg` by two loops over the pairs, without a matrix. */
function twoLoops(pairs: readonly Pair[], scale: number, gradient: Float64Array): Float64Array {
  const d = gradient.map((g) => -g)
  const alphas = new Float64Array(pairs.length)
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { s, y, sy } = pairs[i]!
    alphas[i] = dot(s, d) * (1 / sy)
    addMultiple(d, -alphas[i]!, y)
  }
  for (let i = 0; i < d.length; i++) d[i]! *= scale
  for (const [i, { s, y, sy }] of pairs.entries())
    addMultiple(d, alphas[i]! - dot(y, d) * (1 / sy), s)
  return d
}

function pairOf(s: Float64Array, y: Float64Array): Pair {
  return { s, y, sy: dot(y, s) }
}

function named(pairs: readonly Pair[]): Record<string, Float64Array> {
  return Object.fromEntries(
    pairs.flatMap(({ s, y }, i) => [
      [`s${i}`, s],
      [`y${i}`, y],
    ]),
  )
}

function evaluate(closure: Closure): number {
  const loss: unknown = closure()
  return within(LBFGS.prototype.step, () => {
    if (typeof loss === 'number') return loss
    if (!isMade(loss)) throw metricError('LBFGS', 'loss', loss)
    if (loss instanceof Value) return loss.data
    if (loss.size !== 1) throw metricError('LBFGS', 'loss', loss, loss.shape)
    return loss.item()
  })
}
