// Every message, each from the call that a user would make; the data stand on the error too.
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import * as errors from '../src/errors.ts'
import {
  constant,
  customOp,
  dot,
  grad,
  jvp,
  noGrad,
  sum,
  toDot,
  toValue,
  Value,
  valueAndGrad,
} from '../src/index.ts'
import { Node, onGradient } from '../src/graph.ts'
import { binary, comparisons } from '../src/ops.ts'
import { checkGrads } from '../src/testing.ts'

/** What `call` throws. */
function thrown(call: () => unknown): Error & Record<string, unknown> {
  try {
    call()
  } catch (error) {
    return error as Error & Record<string, unknown>
  }
  throw new Error('nothing was thrown')
}

const x = new Value(2)
const untyped = x as never as Record<string, (...operands: unknown[]) => unknown>
const any = (given: unknown): never => given as never

class Shape extends Node {
  override get holdsGrad(): boolean {
    return false
  }
  override readGrad(): unknown {
    return undefined
  }
  override setGrad(): void {}
  override addGrad(): void {}
  override plus(a: unknown): unknown {
    return a
  }
  override vjp(): unknown {
    return undefined
  }
  override jvp(): unknown {
    return undefined
  }
}

const stale = (): void => {
  const [a, b] = [new Value(1), new Value(2)]
  const y = a.mul(b)
  b.data = 3
  y.backward()
}
const nested = (): void => {
  const y = x.square()
  const z = y.exp()
  onGradient(z, () => y.backward())
  z.backward()
}
const hooked = (answer: number): Value => {
  const y = x.square()
  y.onGradient(() => answer)
  return y.exp()
}
const wrong = customOp('double', { f: (a) => 2 * a, df: () => 1 })

const cases: readonly (readonly [template: string, call: () => unknown])[] = [
  ['operandError', () => untyped['add']!('3')],
  ['operandError', () => untyped['add']!()],
  ['operandError', () => untyped['mul']!({})],
  ['operandError', () => untyped['mul']!(Object.create(null))],
  ['operandError', () => sum([1, any([2])])],
  ['operandError', () => grad((a) => a)(any('2'))],
  ['operandError', () => jvp((a) => a)(1, any('2'))],
  ['operandError', () => hooked(any('2')).backward()],
  ['argumentError', () => untyped['round']!(1)],
  ['foreignNodeError', () => untyped['add']!(new Shape({ name: 'leaf' }))],
  ['foreignNodeError', () => untyped['sub']!(new Shape({ name: 'leaf' }))],
  ['foreignNodeError', () => untyped['clip']!(0, new Shape({ name: 'leaf' }))],
  ['operandError', () => sum([any(new Shape({ name: 'leaf' }))])],
  ['operandError', () => grad((a) => a)(any(new Shape({ name: 'leaf' })))],
  ['twoCopiesError', () => untyped['add']!({ [Symbol.for('@smol/value')]: '9.9.9' })],
  ['dataError', () => new Value(any('2'))],
  ['dataError', () => constant(any('2'))],
  [
    'dataError',
    () => {
      new Value(1).data = any(undefined)
    },
  ],
  [
    'gradError',
    () => {
      new Value(1).grad = any(null)
    },
  ],
  [
    'resultAssignedError',
    () => {
      x.exp().data = 3
    },
  ],
  ['listError', () => sum(any(3))],
  ['listError', () => dot([1], any('12'))],
  ['lengthsError', () => dot([1, 2], [x])],
  ['coercionError', () => any(x) + any(x)],
  ['coercionError', () => any(x) < any(3)],
  ['untrackedRootError', () => x.detach().backward()],
  ['changedInputError', stale],
  ['nestedPassError', nested],
  ['promiseError', () => noGrad(any(async () => x))],
  ['resultTypeError', () => grad(any(() => 3))(2)],
  ['resultTypeError', () => valueAndGrad(any(() => 3))(2)],
  [
    'resultTypeError',
    () =>
      checkGrads(
        any(() => undefined),
        [1],
      ),
  ],
  ['functionError', () => grad(any(x))],
  ['functionError', () => noGrad(any('x'))],
  ['functionError', () => x.onGradient(any(null))],
  ['unmadeError', () => untyped['add']!(Object.create(Value.prototype))],
  ['nodeError', () => toDot(any([x]))],
  ['optionsError', () => new Value(1, any(null))],
  ['optionsError', () => toDot(x, any(3))],
  ['unknownOptionError', () => x.square().backward(any({ createGrap: true }))],
  ['flagError', () => new Value(1, { requiresGrad: any('no') })],
  ['tangentsError', () => jvp((a: Value, b: Value) => a.add(b))([1, 2], any([1]))],
  ['optionError', () => checkGrads((a) => a, [1], { order: 0 })],
  ['optionError', () => checkGrads((a) => a, [1], { directions: Infinity })],
  ['optionError', () => checkGrads((a) => a, [1], { seed: 0.5 })],
  ['optionError', () => checkGrads((a) => a, [1], { tolerance: -1 })],
  ['optionError', () => toDot(x, { limit: 1.5 })],
  ['gradientMismatchError', () => checkGrads(wrong, [new Value(3, { label: 'a' })])],
  ['gradientMismatchError', () => checkGrads((a, b) => wrong(a).mul(b), [3, 1], { seed: 5 })],
  ['rowError', () => customOp(any(''), { f: (a) => a, df: () => 1 })],
  ['rowError', () => customOp('half', any({ df: () => 1 }))],
  ['rowError', () => customOp('half', any({ f: (a: number) => a }))],
  ['rowError', () => customOp('half', any({ f: (a: number) => a, da: () => 1 }))],
  ['rowError', () => customOp('half', any({ f: (a: number) => a, df: 0.5 }))],
  ['rowError', () => customOp('half', { f: (a) => a, df: (_m, a) => Math.cos(any(a)) })],
  [
    'rowError',
    () => customOp('half', any({ f: (a: number) => a, df: (m: { tan2(): 1 }) => m.tan2() })),
  ],
  ['rowError', () => (wrong as (...xs: number[]) => Value)(1, 2)],
  ['rowError', () => customOp('half', { f: any(() => 'text'), df: () => 1 })(1)],
  ['rowError', () => customOp('x'.repeat(101), { f: (a) => a, df: () => 1 })],
  ['rowError', () => customOp('x\ny', { f: (a) => a, df: () => 1 })],
  [
    'rowError',
    () => customOp('two', { f: (a) => a, da: () => 1, db: () => 1, fallback: any('1') }),
  ],
  [
    'labelError',
    () => {
      new Value(1).label = any(3)
    },
  ],
]

test('toValue names itself where nobody else asks', () => {
  expect(() => toValue(any('3'))).toThrow(
    'toValue: expected a number or a Value, got the string "3".',
  )
})

test('operands change places only where that makes no difference', () => {
  const rows = { ...binary, ...comparisons }
  for (const [name, row] of Object.entries(rows)) {
    const f: (a: number, b: number) => unknown = typeof row === 'function' ? row : row.f
    const { message } = thrown(() => untyped[name]!(new Shape({ name: 'leaf' })))
    expect(message.includes(`write Shape.${name}(`), name).toBe(f(1.3, 0.7) === f(0.7, 1.3))
  }
})

test('what Node writes out below an uncaught error holds no graph', () => {
  const error = thrown(() => new Value(any(x.square())))
  expect(error['given']).toBeInstanceOf(Value)
  expect(inspect(error, { customInspect: false })).toMatch(/\{\s+op: 'Value'\s+\}$/)
})

test('every message', () => {
  const messages = cases.map(([, call]) => {
    const error = thrown(call)
    expect(error.message).toMatch(/\.$/)
    return `${error.name}: ${error.message}`
  })
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "TypeError: add: expected a number or a Value, got the string "3".
    TypeError: add: expected a number or a Value, got undefined.
    TypeError: mul: expected a number or a Value, got an object (Object).
    TypeError: mul: expected a number or a Value, got an object (no class).
    TypeError: sum: expected a number or a Value, got a list.
    TypeError: grad: expected a number or a Value, got the string "2".
    TypeError: jvp: expected a number or a Value, got the string "2".
    TypeError: onGradient: expected a number or a Value, got the string "2".
    TypeError: round: expected no argument, got 1.
    TypeError: add: a Value knows no Shape; write Shape.add(value), with the Shape first.
    TypeError: sub: a Value knows no Shape; make one of the Value first.
    TypeError: clip: a Value knows no Shape; make one of the Value first.
    TypeError: sum: expected a number or a Value, got an object (Shape).
    TypeError: grad: expected a number or a Value, got an object (Shape).
    TypeError: add: this Value comes from another copy of @smol/value (version 9.9.9; this one is unbuilt). Install one copy only.
    TypeError: Value: data must be a number, got the string "2".
    TypeError: Value: data must be a number, got the string "2".
    TypeError: Value: data must be a number, got undefined.
    TypeError: Value: grad must be a number, got null.
    TypeError: Value: the data of a result of exp cannot be assigned; assign to what it was made from, or to detach().
    TypeError: sum: values must be a list of numbers and Values, got 3.
    TypeError: dot: b must be a list of numbers and Values, got the string "12".
    RangeError: dot: a has 2 elements and b has 1.
    TypeError: Value: a Value is no JavaScript number. Write a.add(b) for a + b, a.lt(b) or a.data < b.data to compare.
    TypeError: Value: a Value is no JavaScript number. Write a.add(b) for a + b, a.lt(b) or a.data < b.data to compare.
    TypeError: backward: the root is untracked: it was made in noGrad or a hook, or from nothing that requires a gradient.
    TypeError: backward: the data of an input of mul was changed by an assignment after it was used; its gradient would be wrong.
    TypeError: backward: a pass over this graph is under way (at a node made by square); a hook may only run one over another graph.
    TypeError: noGrad: the function returned a promise; recording would be on again before it ends.
    TypeError: grad: the function must return a Value, got 3.
    TypeError: valueAndGrad: the function must return a Value, got 3.
    TypeError: checkGrads: the function must return a Value, got undefined.
    TypeError: grad: expected a function of Values, got an object (Value).
    TypeError: noGrad: expected a function, got the string "x".
    TypeError: onGradient: expected a function of a Value, got null.
    TypeError: add: expected a number or a Value, got an object that inherits from Value and was never made.
    TypeError: toDot: expected a Value, got a list.
    TypeError: Value: options are an object { label?, requiresGrad? }, got null.
    TypeError: toDot: options are an object { limit? }, got 3.
    TypeError: backward: there is no option "createGrap"; the options are upstream, createGraph.
    TypeError: Value: requiresGrad must be true or false, got the string "no".
    RangeError: jvp: the point has length 2, and the tangents have length 1.
    RangeError: checkGrads: order must be an integer from 1 to 9, got 0.
    RangeError: checkGrads: directions must be an integer from 1 to 1000, got Infinity.
    RangeError: checkGrads: seed must be an integer, got 0.5.
    RangeError: checkGrads: tolerance must be ≥ 0, got -1.
    RangeError: toDot: limit must be an integer ≥ 1, got 1.5.
    Error: checkGrads: first derivative at input a = 3: numeric 1.9999999999982163, analytic 1.
    Error: checkGrads: first derivative at input 0 = 3: numeric 1.9999999999982163, analytic 1.
    TypeError: customOp: the name must be a text of 1 to 100 characters on one line.
    TypeError: customOp half: f must be a function.
    TypeError: customOp half: needs df, or da and db, or da, db and dc; got none.
    TypeError: customOp half: needs df, or da and db, or da, db and dc; got da.
    TypeError: customOp half: df must be a function.
    TypeError: customOp half: a derivative must compute with the operations of m, as m.mul(2, x), and choose with m.where, only.
    TypeError: customOp half: a derivative must compute with the operations of m, as m.mul(2, x), and choose with m.where, only.
    TypeError: customOp double: takes 1 operand, got 2.
    TypeError: customOp half: f must return a number.
    TypeError: customOp: the name must be a text of 1 to 100 characters on one line.
    TypeError: customOp: the name must be a text of 1 to 100 characters on one line.
    TypeError: customOp two: fallback must be a number.
    TypeError: label: expected a string, got 3."
  `)
})

test('every template is tested above', () => {
  expect([...new Set(cases.map(([template]) => template))].toSorted()).toEqual(
    Object.keys(errors).toSorted(),
  )
})

test('the stack starts at the line of the user', () => {
  const elsewhere = cases
    .map(([template, call]) => `${template}: ${thrown(call).stack!.split('\n')[1]}`)
    .filter((line) => !line.includes('errors.test.ts'))
  expect(elsewhere).toEqual([])
})

test('a mistake inside of a function or a hook is shown there', () => {
  function slip(a: Value): Value {
    return a.add(any('3'))
  }
  function change(a: Value): Value {
    a.data = any('3')
    return a
  }
  const y = x.square()
  y.onGradient(slip)
  for (const call of [
    () => grad(slip)(2),
    () => jvp(grad(change))(2, 1),
    () => checkGrads(change, [2]),
    () => y.exp().backward(),
  ]) {
    expect(thrown(call).stack!.split('\n')[1]).toMatch(/slip|change/)
  }
})

test('the data stand on the error', () => {
  expect(thrown(() => dot([1, 2], [x]))).toMatchObject({ op: 'dot', lengths: [2, 1] })
  expect(thrown(() => untyped['add']!('3'))).toMatchObject({ op: 'add', given: '3' })
})

test('every error names an operation that its message names', () => {
  const unnamed = cases
    .map(([template, call]) => [template, thrown(call) as Error & { op?: string }] as const)
    .filter(([, { op = '', message }]) => op === '' || !message.includes(op))
  expect(unnamed.map(([template, { message }]) => `${template}: ${message}`)).toEqual([])
})

test('a refused call changes nothing', () => {
  const a = new Value(1)
  thrown(() => {
    a.data = any('2')
  })
  thrown(() => {
    a.label = any(3)
  })
  expect([a.data, a.label]).toEqual([1, undefined])
})
