// The vector kernels beside the plain ones: to a stated number of ulps, wherever operands lie.
import { operations } from '@smol/value/ops'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DType, TypedArray } from '../src/array.ts'
import { kernelNamed, loopFor } from '../src/dispatch.ts'
import { randn } from '../src/index.ts'
import { residentElements, vectorKernel } from '../src/kernels.ts'
import { thresholdOf, vectorLoop } from '../src/vector.ts'
import { setKernels, wasm } from '../src/wasm.ts'

/**
 * How many numbers of the dtype lie at most between the two results, [float32, float64]. In float64 the plain
 * kernel has errors of its own. Where `near` is given, results below it differ by less than `within`.
 */
type Bound = { ulps: readonly [number, number]; near?: number; within?: number }
const exact = { ulps: [0, 0] } as const
const bounds: Record<string, Bound> = {
  exp: { ulps: [1, 1] },
  log: { ulps: [1, 1] },
  tanh: { ulps: [2, 3] },
  sigmoid: { ulps: [2, 3] },
  expm1: { ulps: [2, 2] },
  log1p: { ulps: [2, 2] },
  softplus: { ulps: [2, 2] },
  logSigmoid: { ulps: [2, 2] },
  // Where the sigmoid is subnormal it has few digits.
  silu: { ulps: [3, 4], near: 1e-35, within: 1e-43 },
  mish: { ulps: [4, 0], near: 1e-35, within: 1e-43 },
  // 0 where it would be subnormal.
  gelu: { ulps: [11, 0], near: 1e-37, within: 1e-37 },
  // In float64 the plain kernel rounds what it takes the power of, up to 700; a test below is exact.
  geluTanh: { ulps: [4, 2000], near: 2e-37, within: 2e-37 },
  elu: { ulps: [3, 0] },
  selu: { ulps: [3, 0] },
  leakyRelu: exact,
  clip: exact,
  where: exact,
  sqrt: exact,
  abs: exact,
  neg: exact,
  square: exact,
  reciprocal: exact,
  relu: exact,
  add: exact,
  sub: exact,
  mul: exact,
  div: exact,
  maximum: exact,
  minimum: exact,
}

/** `dy · ∂f` differs by at most so many 2⁻²⁴ of the larger of dy and the result. */
const shares: Record<string, number> = {
  'silu.da': 10,
  'gelu.da': 6,
  'geluTanh.da': 6,
  'mish.da': 6,
  'elu.da': 3,
  'selu.da': 3,
  'leakyRelu.da': 0,
  'clip.da': 0,
  'where.db': 0,
  'where.dc': 0,
  'abs.da': 0,
  'maximum.da': 0,
  'maximum.db': 0,
  'minimum.da': 0,
  'minimum.db': 0,
  'softplus.da': 4,
  'logSigmoid.da': 4,
  'tanh.da': 4,
  'sigmoid.da': 4,
  'log.da': 1,
  'log1p.da': 3,
  'sqrt.da': 3,
  'square.da': 0,
  'reciprocal.da': 3,
  'relu.da': 0,
  'div.db': 3,
}

const CORNERS = [
  NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  1,
  -1,
  0.5,
  -2,
  5e-324,
  -1e-310,
  1e-40,
  -3e-39,
  88.5,
  -87.5,
]
const MORE = [
  1e-20, -1e-20, 104, -103, 709, -745, 1e30, -1e30, 0.999_999, 1.000_001, 20.1, -13.3, 3e38, -10.5,
]

/** As many as a prime number, so that each operand meets them all, beside different ones of the others. */
const ALL = [...CORNERS, ...MORE]
const LARGE = [1e30, -1e30, Infinity, -Infinity]
const MIDDLE = [NaN, 0, -0, 1, -1, 0.5, -2, 20.1, -13.3, 0.01, -30, 8.7, 1e-20, ...LARGE]

/** Corners among ordinary numbers. */
function operand(k: number, length: number, dtype: DType, corners = ALL): TypedArray {
  const data = Array.from({ length }, (_, i) =>
    i % 3 === 1 ? corners[(i * (k + 1)) % corners.length]! : 9 * Math.sin(1 + i * (k + 1)),
  )
  return dtype === 'float32' ? Float32Array.from(data) : Float64Array.from(data)
}

const bits = new BigInt64Array(1)
/** The number of a number, in the order of all numbers of its dtype; the zeros are two. */
function rank(x: number, dtype: DType): bigint {
  if (dtype === 'float32') {
    new Float32Array(bits.buffer)[0] = x
    bits[0] = BigInt(new Int32Array(bits.buffer)[0]!)
  } else new Float64Array(bits.buffer)[0] = x
  const least = dtype === 'float32' ? -0x80000000n : -0x8000000000000000n
  return bits[0]! < 0n ? least - bits[0]! - 1n : bits[0]!
}

function expectShare(got: number, wanted: number, dy: number, name: string, where: string): void {
  const isClose =
    Object.is(got, wanted) ||
    got === wanted ||
    Math.abs(got - wanted) <= shares[name]! * 2 ** -24 * Math.max(Math.abs(dy), Math.abs(wanted))
  if (!isClose) throw new Error(`${name}, ${where}: got ${got}, wanted ${wanted}, dy ${dy}`)
}

function expectClose(
  got: number,
  wanted: number,
  name: string,
  dtype: DType,
  where: string,
  most = bounds[name]!.ulps[dtype === 'float32' ? 0 : 1],
): void {
  if (Object.is(got, wanted)) return
  const { near = 0, within = 0 } = bounds[name]!
  const isNear = Math.abs(wanted) < near && Math.abs(got - wanted) <= within
  const distance = rank(got, dtype) - rank(wanted, dtype)
  const isClose = (distance < 0n ? -distance : distance) <= most
  // NaN ranks somewhere too.
  const isNumber = !Number.isNaN(got) && !Number.isNaN(wanted)
  if (!isNumber || (!isNear && !isClose))
    throw new Error(`${name}, ${dtype}, ${where}: got ${got}, wanted ${wanted} (${distance} ulps)`)
}

/** A loop that must not run. */
const fail = (): never => {
  throw new Error('the plain loop ran')
}

const cases = [...Object.keys(bounds), ...Object.keys(shares)].flatMap((name) =>
  (['float32', 'float64'] as const)
    .filter(
      (dtype) => wasm()!.run[`${name.replace('.', '_')}_${dtype === 'float32' ? 'f32' : 'f64'}`],
    )
    .map((dtype): [string, DType] => [name, dtype]),
)

describe.each(['simd', 'relaxed'] as const)('%s', (set) => {
  beforeAll(() => setKernels(set))
  afterAll(() => setKernels())

  test.each(cases)('%s of %s is the plain kernel, to its ulps', (name, dtype) => {
    const kernel = kernelNamed(name)
    const plain = kernel[dtype]
    const loop = vectorLoop(name, dtype, kernel.arity, plain)
    expect(loop).not.toBe(plain)
    const steps =
      kernel.arity === 1
        ? [[1]]
        : [
            [1, 1, 1],
            [1, 0, 1],
            [0, 1, 1],
            [1, 1, 0],
          ]
    for (const n of [0, 1, 3, 4, 5, 31, 32, 33, 1000, 20_000]) {
      const corners = name in shares ? MIDDLE : ALL
      const [a, b, c, d] = [0, 1, 2, 3].map((k) => operand(k, n + 9, dtype, corners)) as [
        TypedArray,
        TypedArray,
        TypedArray,
        TypedArray,
      ]
      // Factors that are rounded in the plain kernel would be another argument here.
      if (name.startsWith('softplus')) (kernel.arity === 2 ? b : c).fill(0.5)
      for (const [da, db, dc] of steps) {
        const [got, wanted] = [operand(0, n + 9, dtype).fill(7), operand(0, n + 9, dtype).fill(7)]
        for (const [out, run] of [
          [got, loop],
          [wanted, plain],
        ] as const) {
          if (kernel.arity === 1) run(out, 3, n, a, 2, da!)
          else if (kernel.arity === 2) run(out, 3, n, a, 2, da!, b, 5, db!)
          else if (kernel.arity === 3) run(out, 3, n, a, 2, da!, b, 5, db!, c, 1, dc!)
          else run(out, 3, n, a, 2, da!, b, 5, db!, c, 1, dc!, d, 4, dc!)
        }
        for (let i = 0; i < got.length; i++) {
          const where = `${n} elements, steps ${da},${db}, at ${i}`
          if (name in bounds) expectClose(got[i]!, wanted[i]!, name, dtype, where)
          else expectShare(got[i]!, wanted[i]!, a[2 + da! * (i - 3)]!, name, where)
        }
      }
    }
  })

  test('a kernel of arrays in its memory reads numbers and rows that repeat', () => {
    const made = (data: readonly number[]): TypedArray => {
      const array = residentElements(data.length, 'float32')
      array.set(data)
      return array
    }
    const x = made(Array.from({ length: 15 }, (_, i) => i))
    const out = made(Array.from({ length: 15 }, () => 0))
    const sub = vectorKernel('sub', 'float32')!

    sub(out, [x, made([2])])
    expect([...out]).toEqual(Array.from({ length: 15 }, (_, i) => i - 2))
    sub(out, [x, made([0, 1, 2, 3, 4])])
    expect([...out]).toEqual([0, 0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10, 10, 10, 10])
    vectorKernel('sum', 'float32')!(out, [x], [3, 5, 1])
    expect([...out.subarray(0, 3)]).toEqual([10, 35, 60])
    vectorKernel('max', 'float32')!(out, [x], [1, 3, 5])
    expect([...out.subarray(0, 5)]).toEqual([10, 11, 12, 13, 14])
  })

  test('arrays of the memory of the kernels are read there, and results outside are not overrun', () => {
    const x = residentElements(200, 'float32').fill(1)
    const out = new Float32Array(102).fill(7)
    const kernel = kernelNamed('exp')

    loopFor(kernel, 'float32', 101)(out, 0, 101, x, 50, 1)
    expect([...out]).toEqual([...Array.from({ length: 101 }, () => Math.fround(Math.E)), 7])
  })
})

test('geluTanh keeps its digits far below 0, where the plain kernel loses some', () => {
  const [s, g] = [BigInt(2 * Math.sqrt(2 / Math.PI) * 2 ** 52), BigInt(0.044715 * 2 ** 57)]
  for (const dtype of ['float32', 'float64'] as const) {
    const x = residentElements(dtype === 'float32' ? 640 : 1340, dtype)
    x.forEach((_, i) => void (x[i] = -i / 64))
    for (const set of ['simd', 'relaxed'] as const) {
      setKernels(set)
      const y = x.map(() => 0)
      vectorLoop('geluTanh', dtype, 1, fail)(y, 0, x.length, x, 0, 1)
      for (let i = 0; i < x.length; i++) {
        // −2 √(2/π) (x + 0.044715 x³), exact, as the sum of two numbers
        const u = s * (BigInt(i) * 2n ** 69n + BigInt(i) ** 3n * g)
        const high = Number(u)
        const e = Math.exp(-high / 2 ** 127) * (1 - Number(u - BigInt(high)) / 2 ** 127)
        const wanted = (x[i]! * e) / (1 + e)
        const rounded = dtype === 'float32' ? Math.fround(wanted) : wanted
        expectClose(y[i]!, rounded, 'geluTanh', dtype, `x = ${x[i]}`, 4)
      }
    }
  }
  setKernels()
})

test('an array that lies elsewhere is refused', () => {
  const exp = vectorKernel('exp', 'float32')!
  expect(() => exp(new Float32Array(4), [new Float32Array(4)])).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: vectorKernel: exp: every array must lie in the kernels' memory, as residentElements gives it.]`,
  )
})

test('each kernel with a threshold exists, and few elements stay with the plain one', () => {
  for (const [name] of cases) {
    const kernel = kernelNamed(name)
    const least = thresholdOf(name, 'float32')
    expect(least, name).toBeLessThan(Infinity)
    expect(loopFor(kernel, 'float32', least - 1)).toBe(kernel.float32)
    expect(loopFor(kernel, 'float32', least)).not.toBe(kernel.float32)
  }
  setKernels('plain')
  expect(loopFor(kernelNamed('exp'), 'float32', 1e6)).toBe(kernelNamed('exp').float32)
  setKernels()
})

describe('reductions', () => {
  const reductions = ['sum', 'max', 'min'] as const
  const shapes: readonly (readonly [number[], number | undefined])[] = [
    [[1024], undefined],
    [[40_001], undefined],
    [[33, 37], undefined],
    [[333, 7], 1],
    [[3, 700], 1],
    [[7, 333], 0],
    [[1030, 3], 0],
    [[5, 1031], 0],
    [[9, 21, 33], 1],
    [[100, 3, 5], 1],
  ]

  test.each(shapes)('of %j along %j are the plain ones', (shape, axis) => {
    for (const dtype of ['float32', 'float64'] as const) {
      const x = randn(shape, { dtype })
      for (const name of reductions) {
        setKernels('plain')
        const wanted = x[name]({ axis }).toTypedArray()
        const size = x.abs().sum({ axis }).toTypedArray()
        for (const set of ['simd', 'relaxed'] as const) {
          setKernels(set)
          const got = x[name]({ axis }).toTypedArray()
          if (name === 'sum' && dtype === 'float32') {
            got.forEach((sum, i) =>
              expect(Math.abs(sum - wanted[i]!)).toBeLessThanOrEqual(
                4 * 2 ** -24 * size[i]! + 2 ** -23 * Math.abs(sum),
              ),
            )
          } else expect(got).toEqual(wanted)
        }
      }
    }
    setKernels()
  })

  test('extremes see NaN and the sign of zeros, wherever they stand', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      for (const place of [...Array(33).keys(), 1030, 1035, 1039]) {
        const data = operand(0, 1040, dtype).fill(-1)
        const max = vectorKernel('max', dtype)!
        const min = vectorKernel('min', dtype)!
        const [x, out] = [residentElements(1040, dtype), residentElements(1040, dtype)]
        for (const layout of [
          [1, 1040, 1],
          [1, 520, 2],
        ]) {
          x.set(data.fill(-1))
          x[place] = NaN
          max(out, [x], layout)
          expect(out[layout[2] === 1 ? 0 : place % 2]).toBe(NaN)
          x.fill(-0)
          x[place] = 0
          max(out, [x], layout)
          expect(out[layout[2] === 1 ? 0 : place % 2]).toBe(0)
          x.fill(0)
          x[place] = -0
          min(out, [x], layout)
          expect(out[layout[2] === 1 ? 0 : place % 2]).toBe(-0)
        }
      }
    }
  })

  test('extremes of infinities, and of numbers whose products overflow, are exact', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const huge = dtype === 'float32' ? 1e38 : 1e308
      const [x, out] = [residentElements(1040, dtype), residentElements(1, dtype)]
      for (const [values, most, least] of [
        [[-huge, huge, 1, 2], huge, -huge],
        [[-Infinity, 1, 2, -Infinity], 2, -Infinity],
        [[-Infinity, Infinity, 0, 1], Infinity, -Infinity],
      ] as const) {
        x.forEach((_, i) => void (x[i] = values[i % 4]!))
        vectorKernel('max', dtype)!(out, [x], [1, 1040, 1])
        expect(out[0]).toBe(dtype === 'float32' ? Math.fround(most) : most)
        vectorKernel('min', dtype)!(out, [x], [1, 1040, 1])
        expect(out[0]).toBe(dtype === 'float32' ? Math.fround(least) : least)
      }
    }
  })

  test('infinities and NaN add up as they should', () => {
    const x = new Float32Array(2000).fill(1)
    const out = residentElements(1, 'float32')
    const data = residentElements(2000, 'float32')
    for (const [values, sum] of [
      [[Infinity, 1], Infinity],
      [[Infinity, -Infinity], NaN],
      [[NaN, 1], NaN],
    ] as const) {
      data.set(x)
      data.set(values, 1234)
      vectorKernel('sum', 'float32')!(out, [data], [1, 2000, 1])
      expect(out[0]).toBe(sum)
    }
  })
})

test('operations choose the kernels by themselves', () => {
  const x = randn([300], { dtype: 'float32' })
  const plain = operations.tanh.f
  setKernels('simd')
  const y = x.tanh().toTypedArray()
  setKernels()
  x.toTypedArray().forEach((element, i) =>
    expectClose(y[i]!, Math.fround(plain(element)), 'tanh', 'float32', `at ${i}`),
  )
})
