/**
 * Checkpoints: a part of a computation that keeps nothing but its inputs and its result, and is run again
 * when a derivative is asked for. The idea of trading time for memory is that of A. Griewank and A. Walther,
 * "Algorithm 799: revolve", ACM TOMS 26 (2000); here it is one level deep, as far as the user nests it.
 */
import { Value } from '@smol/value'
import {
  gradients,
  isRecording,
  LEAF,
  markChanged,
  tangent,
  withRecording,
  type Node,
} from '@smol/value/graph'
import { filled, MLArray as Untyped, rowMajor } from './array.ts'
import { fresh, nodeFor, transformed } from './call.ts'
import { elementAt, fromValues } from './element.ts'
import { otherResultError, resultError } from './errors.ts'
import { ArrayNode, nodeOf, type ArrayOperation } from './node.ts'
import { defaultGenerator } from './seed.ts'
import { sameShape } from './shape.ts'
import { answerOf } from './stack.ts'
import { scalarsBehind } from './unroll.ts'
import { checkFunction, type GivenList } from './transform.ts'
import { takeApart, type Leaf } from './tree.ts'
import type { MLArray } from './typed.ts'

/** One run of the function: its result, and the nodes that stand for the inputs of the checkpoint. */
type Run = { readonly y: Untyped; readonly inputs: readonly Node[] }

type Params = {
  readonly again: (linked: boolean) => Run
  /** The gradients of all inputs, by that of the result: one run serves them all. */
  readonly plain: WeakMap<object, readonly unknown[]>
  readonly recorded: WeakMap<object, readonly unknown[]>
}

/** A checkpoint in reverse is the function, run again and then reversed. */
const CHECKPOINT: ArrayOperation = {
  name: 'checkpoint',
  variadic: true,
  // What any gradient needs is computed from the inputs.
  readsA: 1 | 2 | 4,
  unroll: (inputs, node) => {
    const { y, inputs: places } = (node.params as Params).again(false)
    return scalarsBehind(nodeOf(y), new Map(places.map((place, i) => [place, inputs[i]!.values])))
  },
  vjp: (dy, node, index) => {
    const { again, plain, recorded } = node.params as Params
    const found = isRecording() ? recorded : plain
    const known = found.get(dy)
    if (known !== undefined) return known[index]
    const { y, inputs } = again(isRecording())
    const dxs = gradients(nodeOf(y), dy, inputs, true).map((dx, i) => dx ?? zeroFor(inputs[i]!))
    found.set(dy, dxs)
    return dxs[index]
  },
  jvp: (dxs, node) => {
    const { y, inputs } = (node.params as Params).again(isRecording())
    const seeds = new Map<Node, unknown>()
    inputs.forEach((input, i) => {
      if (dxs[i] !== undefined) seeds.set(input, dxs[i])
    })
    return tangent(nodeOf(y), seeds) ?? filled(node.shape, 0, node.dtype)
  },
}

function zeroFor(node: Node): Leaf {
  return node instanceof ArrayNode
    ? filled(node.shape, 0, node.dtype)
    : new Value(0, { requiresGrad: false })
}

/**
 * `f`, of which nothing is kept but the inputs and the result: what its derivatives need is computed again
 * when they are asked for. They are the same, to the last bit if every input has one use in `f`; they also
 * reach tracked arrays that `f` does not take as arguments but uses. Random numbers of the default generator
 * are the same in every run; all else that `f` uses must be.
 *
 * @throws TypeError where the result is neither an array nor a Value; where a derivative is asked for and `f`
 *   gives another result than before.
 */
export function checkpoint<A extends readonly unknown[], Y extends MLArray | Value>(
  f: (...args: A) => Y,
): (...args: GivenList<A>) => Y {
  checkFunction('checkpoint', f, checkpoint)
  return transformed(f.length, (...args) => {
    const { leaves, rebuild } = takeApart(args, 'checkpoint')
    const before = defaultGenerator.state
    const run = (parts: readonly Leaf[]): Leaf => resultOf(answerOf(f, rebuild(parts) as A))
    if (!isRecording()) return run(leaves) as unknown as Y
    const start = mark()
    const copies = leaves.map((x) => fresh(x, false))
    const y = run(copies.map((copy, i) => (leaves[i]!.requiresGrad ? copy : leaves[i]!)))
    if (!y.requiresGrad) return y as unknown as Y
    const outer = nodesBefore(start, nodeFor(y), new Set(copies.map(nodeFor)))
    const again = (linked: boolean): Run =>
      withRecording(true, () => {
        const parts = leaves.map((x) => (x.requiresGrad ? fresh(x, linked) : x))
        const repeated = arrayOf(withState(before, () => run(parts)))
        if (!isSame(repeated, result)) throw otherResultError('checkpoint')
        return { y: repeated, inputs: [...parts.map(nodeFor), ...outer] }
      })
    const result = recordAgain(arrayOf(y), [...leaves.map(nodeFor), ...outer], again)
    return (y instanceof Value ? elementAt(result, 0) : result) as unknown as Y
  })
}

function resultOf(y: unknown): Leaf {
  if (y instanceof Value || y instanceof Untyped) return y
  throw resultError('checkpoint', y)
}

function arrayOf(y: Leaf): Untyped {
  return y instanceof Value ? fromValues([y], [], 'float64') : y
}

/** The same array, with this operation instead of its history. */
function recordAgain(y: Untyped, inputs: readonly Node[], again: Params['again']): Untyped {
  const array = new Untyped(y.storage, y.shape, y.strides, y.offset)
  const params: Params = { again, plain: new WeakMap(), recorded: new WeakMap() }
  array.graphNode = new ArrayNode(array, CHECKPOINT, params, undefined, inputs)
  return array
}

/** Whether two arrays hold the same numbers, NaN included. */
function isSame(x: Untyped, y: Untyped): boolean {
  if (!sameShape(x.shape, y.shape) || x.dtype !== y.dtype) return false
  const [a, b] = [rowMajor(x), rowMajor(y)]
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && !Object.is(a[i], b[i])) return false
  return true
}

/** A time on the graph's clock: nodes that are made from now on have it, earlier ones do not. */
function mark(): number {
  const time = { stamp: 0 }
  markChanged(time)
  return time.stamp
}

/** The tracked nodes from before `start` that `root` was made from, and no further back. */
function nodesBefore(start: number, root: Node, own: ReadonlySet<Node>): Node[] {
  const reached = new Set([root])
  const found: Node[] = []
  for (const node of reached) {
    if (!node.requiresGrad || own.has(node)) continue
    if (node.operation === LEAF || node.stamp < start) found.push(node)
    else for (const input of node.inputs) reached.add(input)
  }
  return found
}

/** Runs `fn` with the default generator where it once stood, and lets it go on where it is. */
function withState<T>(state: typeof defaultGenerator.state, fn: () => T): T {
  const now = defaultGenerator.state
  defaultGenerator.state = state
  try {
    return fn()
  } finally {
    defaultGenerator.state = now
  }
}
