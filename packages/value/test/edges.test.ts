// Corners: literal results, where the table of reference points cannot go.
import { expect, test } from 'vitest'
import { gradients } from '../src/graph.ts'
import { constant, dot, sum, Value, where } from '../src/index.ts'

const NAN = Number.NaN
const INF = Infinity

/** Derivatives of order 0, 1, … of `f` at `x`. */
function derivatives(f: (x: Value) => Value, x: number, order: number): number[] {
  const at = new Value(x)
  let y = f(at)
  const found = [y.data]
  for (let k = 0; k < order; k++) {
    y = (gradients(y, constant(1), [at])[0] as Value | undefined) ?? constant(0)
    found.push(y.data)
  }
  return found
}

/** The gradient of a function of two numbers, by the plain pass. */
function gradient(f: (a: Value, b: Value) => Value, a: number, b: number): number[] {
  const [x, y] = [new Value(a), new Value(b)]
  f(x, y).backward()
  return [x.grad, y.grad]
}

test.each([
  [1, NAN, 1],
  [1, INF, 1],
  [-1, INF, 1],
  [-1, -INF, 1],
  [NAN, 0, 1],
  [0, 0, 1],
  [-8, 1 / 3, NAN],
  [-0, -3, -INF],
  [0, -2, INF],
  [2, -INF, 0],
  [0.5, -INF, INF],
  [-2, 3, -8],
])('pow(%d, %d) is %d', (a, b, y) => {
  expect(new Value(a).pow(b).data).toBe(y)
})

test.each([
  [3, 0, [0, Math.log(3)]],
  [0, 0, [0, 0]],
  [0, 2, [0, 0]],
  [0, 1, [1, 0]],
  [0, -1, [-INF, -INF]],
  [-2, 3, [12, NAN]],
  [0, 0.5, [INF, 0]],
])('pow(%d, %d) has the gradient %o', (a, b, expected) => {
  expect(gradient((x, y) => x.pow(y), a, b)).toEqual(expected)
})

test.each([
  [2, 0, 1 / 2],
  [-2, 0, NAN],
  [2, 1, 1 + Math.LN2],
  [-2, 1, NAN],
  [0, 0, 0],
])('pow(%d, %d) has the same mixed derivative in either order', (a, b, expected) => {
  const [x, y] = [new Value(a), new Value(b)]
  const [da, db] = gradients(x.pow(y), constant(1), [x, y]) as [Value, Value]
  const mixed = [gradients(da, constant(1), [y])[0], gradients(db, constant(1), [x])[0]] as Value[]
  expect(mixed.map((z) => z.data)).toEqual([expected, expected])
})

test.each([NAN, 5e-324, -1e-200, 0])('%d to the power of 0 is flat at every order', (x) => {
  expect(derivatives((a) => a.pow(0), x, 3)).toEqual([1, 0, 0, 0])
})

test('the slope of a power keeps its derivative in an exponent of 1', () => {
  const [x, y] = [new Value(4), new Value(1)]
  let z = x.pow(y)
  for (const by of [x, x, y]) z = gradients(z, constant(1), [by])[0] as Value
  expect(z.data).toBe(1 / 4)
})

test('powers at 0 have all their derivatives', () => {
  expect(derivatives((x) => x.pow(2), 0, 5)).toEqual([0, 0, 2, 0, 0, 0])
  expect(derivatives((x) => x.pow(3), 0, 5)).toEqual([0, 0, 0, 6, 0, 0])
  expect(derivatives((x) => x.pow(0), 0, 3)).toEqual([1, 0, 0, 0])
  expect(derivatives((x) => x.pow(1), 0, 3)).toEqual([0, 1, 0, 0])
})

test('an exponent given as a number is not differentiated', () => {
  expect(derivatives((x) => x.pow(2), -3, 3)).toEqual([9, -6, 2, 0])
})

test.each([
  [7, 3, 1],
  [-7, 3, 2],
  [7, -3, -2],
  [-7, -3, -1],
  [5.5, 2, 1.5],
  [-5, INF, INF],
  [5, INF, 5],
  [6, -3, -0],
  [-6, 3, 0],
  [1, 0, NAN],
  [INF, 3, NAN],
])('mod(%d, %d) is %d', (a, b, y) => {
  expect(new Value(a).mod(b).data).toBe(y)
})

test.each([
  [-7, 3, 3],
  [7, -3, 3],
  // The quotients lie just below 30, −1 and 0, and are rounded to that.
  [3, 0.1, -29],
  [-1e-20, 3, 1],
  [-1e-200, 1e200, 1],
  [-5, INF, 1],
  [5, INF, 0],
  [4503599627370495, 2, -2251799813685247],
])('mod(%d, %d) has the derivatives 1 and −⌊a/b⌋ = %d', (a, b, slope) => {
  expect(gradient((x, y) => x.mod(y), a, b)).toEqual([1, slope])
})

test.each([
  [0.5, 0],
  [1.5, 2],
  [2.5, 2],
  [-0.5, -0],
  [-1.5, -2],
  [-2.5, -2],
  [0.49999999999999994, 0],
  [4503599627370495.5, 4503599627370496],
  [-INF, -INF],
])('round(%d) is %d, halves to even', (x, y) => {
  expect(new Value(x).round().data).toBe(y)
})

test.each([
  ['relu', [0, 0]],
  ['abs', [0, 0]],
  ['leakyRelu', [0, 0.01]],
  ['elu', [0, 1]],
  ['selu', [0, 1.7580993408473766]],
  ['sign', [0, 0]],
  ['sqrt', [0, INF]],
  ['cbrt', [0, INF]],
] as const)('%s at 0 is and has the derivative %o', (name, expected) => {
  expect(derivatives((x) => x[name](), 0, 1)).toEqual(expected)
})

test('equal operands share the gradient of maximum and minimum', () => {
  expect(gradient((a, b) => a.maximum(b), 2, 2)).toEqual([0.5, 0.5])
  expect(gradient((a, b) => a.minimum(b), 2, 2)).toEqual([0.5, 0.5])
  expect(gradient((a, b) => a.maximum(b), 3, 2)).toEqual([1, 0])
})

test('clip passes the gradient on the closed interval; min above max makes everything max', () => {
  const at = (x: number): number[] => derivatives((v) => v.clip(-1, 1), x, 1)
  expect([-2, -1, 0, 1, 2].map(at)).toEqual([
    [-1, 0],
    [-1, 1],
    [0, 1],
    [1, 1],
    [1, 0],
  ])
  expect([-2, 0, 2].map((x) => new Value(x).clip(1, -1).data)).toEqual([-1, -1, -1])
  expect(gradient((a, b) => constant(5).clip(a, b), 0, 2)).toEqual([0, 1])
  expect(gradient((a, b) => constant(-5).clip(a, b), 0, 2)).toEqual([1, 0])
  // Between equal bounds everything is the bound, and moves with one of them.
  expect(gradient((a, b) => constant(-5).clip(a, b), 2, 2)).toEqual([1, 0])
  expect(gradient((a, b) => constant(5).clip(a, b), 2, 2)).toEqual([0, 1])
})

test('hypot at the origin has gradient 0, at second order too', () => {
  expect(gradient((a, b) => a.hypot(b), 0, 0)).toEqual([0, 0])
  expect(derivatives((x) => x.hypot(0), 0, 2)).toEqual([0, 0, 0])
  expect(new Value(3e200).hypot(4e200).data / 1e200).toBeCloseTo(5, 14)
})

test('nothing overflows or loses its digits far out', () => {
  const v = (x: number): Value => new Value(x)
  expect([v(-800).sigmoid().data, v(800).sigmoid().data]).toEqual([0, 1])
  expect([v(800).softplus().data, v(-800).softplus().data]).toEqual([800, 0])
  expect([v(400).tanh().data, v(-800).logSigmoid().data]).toEqual([1, -800])
  expect([v(1e-20).log1p().data, v(1e-20).expm1().data]).toEqual([1e-20, 1e-20])
  expect(v(1000).logaddexp(1000).data).toBe(1000 + Math.LN2)
  expect(v(-INF).logaddexp(-INF).data).toBe(-INF)
  expect(v(-38).erf().data).toBe(-1)
})

test('derivatives far out are 0 or 1, not NaN', () => {
  const far = (f: (x: Value) => Value, x: number): number[] => derivatives(f, x, 3).slice(1)
  for (const x of [-1e200, -800, 800, 1e200]) {
    const step = x > 0 ? 1 : 0
    for (const name of ['softplus', 'elu', 'gelu', 'geluTanh', 'silu', 'mish'] as const) {
      expect(
        far((v) => v[name](), x).map((d) => d + 0),
        `${name} at ${x}`,
      ).toEqual([step, 0, 0])
    }
    for (const name of ['sigmoid', 'tanh', 'erf', 'atan'] as const) {
      const [first, ...rest] = far((v) => v[name](), x)
      expect(first, `${name} at ${x}`).toBeLessThan(1e-5)
      for (const d of rest) expect(Math.abs(d), `${name} at ${x}`).toBeLessThan(1e-5)
    }
  }
})

test('NaN goes through what compares', () => {
  const nan = new Value(NAN)
  const results = [nan.relu(), nan.maximum(1), constant(1).minimum(nan), nan.clip(0, 1), nan.sign()]
  expect(results.map((y) => y.data)).toEqual([NAN, NAN, NAN, NAN, NAN])
})

test('selection never multiplies: what was not taken gets exactly 0', () => {
  const [x, y] = [new Value(2), new Value(INF)]
  where(x.gt(1), x, y.mul(0)).mul(INF).backward()
  expect([x.grad, y.grad]).toEqual([INF, 0])
  const [a, b] = [new Value(2), new Value(1)]
  a.maximum(b).mul(INF).backward()
  expect([a.grad, b.grad]).toEqual([INF, 0])
  expect(gradient((p, q) => where(1, p, q).mul(INF), 1, 1)).toEqual([INF, 0])
})

test.each([
  ['asin', [1e-20], 0, 2, 1e-20],
  ['acos', [0.001], 0, 2, -0.0010000015000018751],
  ['atanh', [1e-20], 0, 2, 2e-20],
  ['atan', [-1e102], 0, 2, 2e-306],
  ['atan', [1e155], 0, 1, 1e-310],
  ['atan', [1e308], 0, 2, 0],
  ['hypot', [1e8, 100], 0, 2, 9.999999999985e-21],
  ['hypot', [100, 1e8], 1, 3, -2.9999999999925e-28],
  ['hypot', [1, -1e-20], 0, 2, 1e-40],
  ['softplus', [40, 1], 1, 1, -1.7418252446695514e-16],
  ['softplus', [-20, 1.5], 1, 1, -1.289272497928972e-12],
] as const)('%s at %o keeps the digits of small derivatives', (name, at, by, order, expected) => {
  const xs = at.map((x) => new Value(x))
  let y = (xs[0]![name] as (b?: Value) => Value)(xs[1])
  for (let k = 0; k < order; k++) y = gradients(y, constant(1), [xs[by]!])[0] as Value
  expect(Math.abs(y.data - expected)).toBeLessThanOrEqual(2e-15 * Math.abs(expected))
})

test('hypot of one infinite side has its slopes', () => {
  expect(gradient((a, b) => a.hypot(b), -INF, 3)).toEqual([-1, 0])
  expect(derivatives((x) => x.hypot(1), INF, 2)).toEqual([INF, 1, 0])
  expect(derivatives((x) => x.asinh(), INF, 3).map((d) => d + 0)).toEqual([INF, 0, 0, 0])
})

test('a zero gradient is not skipped: 0 · ∞ is NaN', () => {
  const x = new Value(0)
  x.sqrt().mul(0).backward()
  expect(x.grad).toBeNaN()
})

test('sum and dot of nothing are 0, and untracked', () => {
  expect([sum([]).data, dot([], []).data, sum([]).requiresGrad]).toEqual([0, 0, false])
  expect(dot([], [], new Value(3)).data).toBe(3)
})
