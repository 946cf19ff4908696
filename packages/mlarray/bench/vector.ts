/**
 * Vector kernels: from how many elements on each is faster than the generated JavaScript loop on ordinary
 * arrays, which is where the thresholds of src/vector.ts come from, and what each takes on arrays in the kernels'
 * memory, into an existing result. `node bench/vector.ts [name …]`, on the sources.
 *   WHAT=speed|thresholds   narrows it
 */
import type { DType, TypedArray } from '../src/array.ts'
import { kernelNamed, type Loop } from '../src/dispatch.ts'
import { residentElements, vectorKernel } from '../src/kernels.ts'
import { vectorLoop } from '../src/vector.ts'
import { setKernels } from '../src/wasm.ts'

const NAMES =
  `exp log tanh sigmoid expm1 log1p softplus logSigmoid silu mish gelu sqrt relu square reciprocal abs
  add mul div tanh.da silu.da gelu.da softplus.da logSigmoid.da relu.da`.split(/\s+/)
const names = process.argv.length > 2 ? process.argv.slice(2) : NAMES
const what = process.env['WHAT'] ?? 'speed thresholds'

/** Milliseconds for one call: the median of rounds of at least so long. */
function time(f: () => void, span = 4, rounds = 9): number {
  let calls = 1
  for (let start = performance.now(); ; calls *= 2) {
    for (let i = 0; i < calls; i++) f()
    const now = performance.now()
    if (now - start > 4 * span) break
  }
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now()
    let done = 0
    for (; performance.now() - start < span; done++) f()
    return (performance.now() - start) / done
  })
  return times.toSorted((a, b) => a - b)[rounds >> 1]!
}

function filled(length: number, dtype: DType): TypedArray {
  const data = dtype === 'float32' ? new Float32Array(length) : new Float64Array(length)
  return data.map(() => 0.1 + Math.random())
}

function crossing(name: string, dtype: DType): string {
  const kernel = kernelNamed(name)
  const plain = kernel[dtype]
  const vector = vectorLoop(name, dtype, kernel.arity, plain)
  if (vector === plain) return 'none'
  const given = (n: number, loop: Loop): (() => void) => {
    const [out, a, b, c] = Array.from({ length: 4 }, () => filled(n, dtype)) as [
      TypedArray,
      TypedArray,
      TypedArray,
      TypedArray,
    ]
    if (kernel.arity === 1) return () => loop(out, 0, n, a, 0, 1)
    if (kernel.arity === 2) return () => loop(out, 0, n, a, 0, 1, b, 0, 1)
    return () => loop(out, 0, n, a, 0, 1, b, 0, 1, c, 0, 1)
  }
  const shown: string[] = []
  for (const n of [32, 64, 128, 256, 512, 1024, 16_384, 262_144]) {
    const ratio = time(given(n, plain), 1, 5) / time(given(n, vector), 1, 5)
    shown.push(`${n}: ${ratio.toFixed(2)}`)
  }
  return shown.join('  ')
}

function speed(name: string, dtype: DType): string {
  const n = 1_000_000
  const kernel = vectorKernel(name, dtype)
  if (kernel === undefined) return ''
  const arrays = Array.from({ length: 4 }, () => {
    const data = residentElements(n, dtype)
    data.set(filled(n, dtype))
    return data
  })
  const [out, ...operands] = arrays as [TypedArray, ...TypedArray[]]
  const arity = kernelNamed(name).arity
  return time(() => kernel(out, operands.slice(0, arity))).toFixed(3)
}

console.log(`Node ${process.version}`)
if (what.includes('thresholds')) {
  console.log('JavaScript loop / kernel with copies, by the number of elements')
  for (const dtype of ['float32', 'float64'] as const)
    for (const name of names) console.log(`${dtype} ${name}`.padEnd(24), crossing(name, dtype))
}
if (what.includes('speed')) {
  console.log('\nms for 1,000,000 elements in the memory of the kernels: simd, relaxed')
  for (const dtype of ['float32', 'float64'] as const) {
    for (const name of names) {
      const times = (['simd', 'relaxed'] as const).map((set) => {
        setKernels(set)
        return speed(name, dtype)
      })
      if (times[0]) console.log(`${dtype} ${name}`.padEnd(24), times.join('  '))
    }
  }
}
