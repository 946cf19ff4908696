/**
 * How far the vector kernels are from the exact results, in ulps: over every power of two, subnormal numbers, and
 * a million numbers between. `node bench/ulps.ts [name …]`, on the sources. The reference is the row in double
 * precision: exact enough for float32; in float64 it has errors of its own, and whole numbers are counted.
 */
import { operations } from '@smol/value/ops'
import type { DType, TypedArray } from '../src/array.ts'
import { residentElements, vectorKernel } from '../src/kernels.ts'
import { setKernels } from '../src/wasm.ts'

const NAMES =
  `exp log tanh sigmoid expm1 log1p logSigmoid silu mish gelu geluTanh sqrt reciprocal`.split(' ')
const names = (
  process.argv.length > 2 ? process.argv.slice(2) : NAMES
) as (keyof typeof operations)[]

function inputs(dtype: DType): number[] {
  const xs: number[] = []
  const widths = dtype === 'float32' ? [2, 40, 220] : [2, 40, 1520]
  for (let i = 0; i < 400_000; i++) for (const width of widths) xs.push((i / 400_000 - 0.5) * width)
  for (let e = -1074; e < 1024; e += 0.013) xs.push(2 ** e, -(2 ** e))
  return xs
}

/** The distance in units of the last digit of the exact result. */
function ulpsOf(got: number, exact: number, dtype: DType): number {
  const [digits, least] = dtype === 'float32' ? [23, -149] : [52, -1074]
  const unit = 2 ** Math.max(Math.floor(Math.log2(Math.abs(exact))) - digits, least)
  return Math.abs(got - exact) / unit
}

function worst(name: keyof typeof operations, dtype: DType): string {
  const kernel = vectorKernel(name, dtype)
  if (kernel === undefined) return ''
  const numbers = inputs(dtype)
  const [x, y] = [data(numbers.length, dtype), data(numbers.length, dtype)]
  x.set(numbers)
  kernel(y, [x])
  const { f } = operations[name]
  // geluTanh is 0 where its sigmoid would be subnormal.
  const least = (dtype === 'float32' ? 2 ** -126 : 2 ** -1022) * (name === 'geluTanh' ? 22 : 1)
  let [most, at] = [0, 0]
  for (let i = 0; i < x.length; i++) {
    const exact = f(x[i]!)
    const isUsual = Number.isFinite(exact) && Math.abs(exact) >= least && Number.isFinite(y[i]!)
    const ulps = isUsual ? ulpsOf(y[i]!, exact, dtype) : 0
    if (ulps > most) [most, at] = [ulps, x[i]!]
  }
  return `${most.toFixed(2)} at ${at}`
}

const made = new Map<string, TypedArray>()
let uses = 0
/** Two arrays of each dtype, since a loop that never yields frees nothing. */
function data(length: number, dtype: DType): TypedArray {
  const key = `${dtype} ${uses++ % 2}`
  const array = made.get(key) ?? residentElements(length, dtype)
  made.set(key, array)
  return array
}

for (const dtype of ['float32', 'float64'] as const) {
  for (const name of names) {
    const results = (['simd', 'relaxed'] as const).map((set) => {
      setKernels(set)
      return worst(name, dtype)
    })
    if (results[0]) console.log(`${dtype} ${name}`.padEnd(20), results.join('   '))
  }
}
