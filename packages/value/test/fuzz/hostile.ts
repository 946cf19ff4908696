// Hostile values in place of everything that a user passes to this package: good calls of all that it exports.
import * as api from '../../src/index.ts'
import { checkGrads } from '../../src/testing.ts'
import { binary, comparisons, ternary } from '../../src/ops.ts'
import { Value, type Arithmetic } from '../../src/index.ts'
import { common, spring, type Case, type Cases, type Strange } from './strange.ts'

/** Looks like a Value of this package, and was never made. */
const fake = (): unknown => Object.create(Value.prototype)

export const strange: Strange = {
  ...common,
  fake,
  'the prototype of all': () => Value.prototype,
  'an object with the class': () => ({ constructor: Value, data: 1 }),
  value: () => new Value(1),
  'the class': () => Value,
  'another kind': () => ({ [Symbol.for('@smol/value/kind')]: 'MLArray' }),
  'a kind that throws': () => ({
    get [Symbol.for('@smol/value/kind')](): never {
      return spring()
    },
  }),
  'a kind without words': () => ({ [Symbol.for('@smol/value/kind')]: Symbol('s') }),
  'another copy without a version': () => ({ [Symbol.for('@smol/value')]: Symbol('s') }),
  'function of a Value': () => (x: unknown) => x,
  'function of a fake': () => fake,
}

type Call = (...given: unknown[]) => unknown

/** A graph of leaves, results and a gradient, with all that a refused call must leave alone. */
function graph(): { readonly x: Value; readonly y: Value; readonly state: () => string } {
  const [x, w] = [new Value(2, { label: 'x' }), new Value(3)]
  const y = x.mul(w).add(1)
  y.backward()
  const state = (): string => {
    const told = [x, w, y, ...y.inputs].map((node) => [
      String(node),
      (node as Value).gradNode === undefined,
      node.requiresGrad,
    ])
    // A pass would find the counts of consumers wrong, if a result had been begun.
    const [before, other] = [x.grad, w.grad]
    x.zeroGrad()
    y.backward()
    const found = x.grad
    ;[x.grad, w.grad] = [before, other]
    return JSON.stringify([told, found, api.topologicalOrder(y).length])
  }
  return { x, y, state }
}

/** A case of a method or function that is given a node of the graph. */
const on =
  (make: (x: Value, y: Value) => { readonly args: readonly unknown[]; readonly call: unknown }) =>
  (): Case => {
    const { x, y, state } = graph()
    const { args, call } = make(x, y)
    return { args, call: call as Call, state }
  }

const method = (name: string, args: () => readonly unknown[]): [string, () => Case] => [
  name,
  on((x) => ({ args: args(), call: (x as unknown as Record<string, Call>)[name]!.bind(x) })),
]

const setter = (name: 'data' | 'grad' | 'label', good: unknown): [string, () => Case] => [
  `${name} =`,
  on((x) => ({ args: [good], call: (given: unknown) => Object.assign(x, { [name]: given }) })),
]

const square = (x: Value): Value => x.square()
// Of however many there are: what a user's function does with too few is not ours to say.
const product = (a: Value, ...others: Value[]): Value =>
  others.reduce((y, b) => y.mul(b), a ?? new Value(1))
const cube = () => ({
  f: (x: number) => x ** 3,
  df: <T, M>(m: Arithmetic<T, M>, x: T) => m.mul(3, m.square(x)),
  selects: true,
})

export const cases: Cases = {
  ...Object.fromEntries(
    [...Object.keys(binary), ...Object.keys(comparisons)].map((name) =>
      method(name, () => [new Value(3)]),
    ),
  ),
  ...Object.fromEntries(
    Object.keys(ternary)
      .filter((name) => name !== 'where')
      .map((name) => method(name, () => [new Value(0), 1])),
  ),
  ...Object.fromEntries([setter('data', 3), setter('grad', 3), setter('label', 'w')]),
  Value: on(() => ({
    args: [2, { label: 'w', requiresGrad: true }],
    call: (...given: unknown[]) => Reflect.construct(Value, given.slice(0, 2)) as unknown,
  })),
  'method backward': on((_, y) => ({
    args: [{ upstream: 2, createGraph: true }],
    // The gradients are set by this call, which is not refused then.
    call: (options: unknown) => y.backward(options as never),
  })),
  // What a hook has done before it failed stays: no state.
  'method onGradient': () => {
    const x = new Value(2)
    return {
      args: [(dy: Value) => dy.mul(2)],
      call: (hook) => {
        x.onGradient(hook as never)
        x.square().backward()
      },
    }
  },
  where: on((x) => ({ args: [true, x, 2], call: api.where })),
  customOp: on((x) => ({
    args: ['cube', cube()],
    call: (name: never, row: never) => (api.customOp(name, row) as Call)(x),
  })),
  'customOp of two': on((x) => ({
    args: [{ f: Math.atan2, da: () => 1, db: () => 1, fallback: 2 }],
    call: (row: never) => (api.customOp('two', row) as Call)(x),
  })),
  'a custom operation': on((x) => ({ args: [x, 2], call: api.customOp('two', binary.add) })),
  toDot: on((_, y) => ({ args: [y, { limit: 2 }], call: api.toDot })),
  toMermaid: on((_, y) => ({ args: [y, { limit: 2 }], call: api.toMermaid })),
  grad: on((x) => ({ args: [square, x], call: (f: never, at: never) => api.grad(f)(at) })),
  'grad of two': on((x) => ({
    args: [product, x, 3],
    call: (f: never, ...at: never[]) => (api.grad(f) as Call)(...at),
  })),
  valueAndGrad: on((x) => ({
    args: [square, x],
    call: (f: never, at: never) => api.valueAndGrad(f)(at),
  })),
  hessian: on((x) => ({
    args: [product, x, 3],
    call: (f: never, ...at: never[]) => (api.hessian(f) as Call)(...at),
  })),
  jvp: on((x) => ({
    args: [product, [x, 3], [1, 0]],
    call: (f: never, point: never, tangents: never) => api.jvp(f)(point, tangents),
  })),
  'jvp with both alike': on(() => ({
    args: [[1, 2]],
    call: (point: never) => api.jvp(product)(point, point),
  })),
  noGrad: on((x) => ({ args: [() => x.exp()], call: api.noGrad })),
  topologicalOrder: on((_, y) => ({ args: [y], call: api.topologicalOrder })),
  dot: on((x) => ({ args: [[x, 2], [1, x], 3], call: api.dot })), // prettier-ignore
  'dot with itself': on((x) => ({
    args: [[x, 2]],
    call: (list: never) => api.dot(list, list, x),
  })),
  sum: on((x) => ({ args: [[x, 2]], call: api.sum })),
  constant: on(() => ({ args: [2], call: api.constant })),
  toValue: on(() => ({ args: [2], call: (x: never) => api.toValue(x, 'add') })),
  checkGrads: on((x) => ({
    args: [product, [x, 3], { order: 2, directions: 2, seed: 1, tolerance: 1e-4 }],
    call: checkGrads,
  })),
}

/** Exported, and given nothing by anybody. */
export const silent: readonly string[] = ['VERSION', 'installDevtoolsFormatter']

/**
 * Methods that nobody passes anything to, and those by which the engine talks to nodes of all kinds: it checks
 * once, at the call that a user makes.
 */
export const silentMethods: readonly string[] = [
  ...'constructor zeroGrad detach toString toJSON describe readGrad setGrad addGrad accumulate'.split(
    ' ',
  ),
  ...'plus vjp jvp pull pullUnary partial receive countShare'.split(' '),
]
