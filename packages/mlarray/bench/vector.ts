/**
 * Vector kernels: from how many elements on each is faster than the generated JavaScript loop on ordinary
 * arrays, which is where the thresholds of src/vector.ts come from, and what each takes on arrays in the kernels'
 * memory, into an existing result. `node bench/vector.ts [name …]`, on the sources.
 *   WHAT=speed|thresholds|calls|rows   narrows it; `rows` is what each row takes as a user calls it
 */
import { operations } from '@smol/value/ops'
import type { DType, TypedArray } from '../src/array.ts'
import { kernelNamed, type Loop } from '../src/dispatch.ts'
import { MLArray, noGrad, randn, where } from '../src/index.ts'
import { residentElements, surprisal, vectorKernel } from '../src/kernels.ts'
import { vectorLoop } from '../src/vector.ts'
import { setKernels } from '../src/wasm.ts'

const NAMES =
  `exp log tanh sigmoid expm1 log1p softplus logSigmoid silu mish gelu geluTanh elu selu sqrt relu square
  reciprocal abs leakyRelu clip where add mul div tanh.da silu.da gelu.da geluTanh.da mish.da elu.da selu.da
  softplus.da logSigmoid.da relu.da leakyRelu.da clip.da where.db abs.da maximum.da`.split(/\s+/)
const names = process.argv.length > 2 ? process.argv.slice(2) : NAMES
const what = process.env['WHAT'] ?? 'speed thresholds calls'

/** Milliseconds for one call: the median of rounds of at least so long. */
function time(f: () => void, span = 4, rounds = 9): number {
  let count = 1
  for (let start = performance.now(); ; count *= 2) {
    for (let i = 0; i < count; i++) f()
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
    const [out, a, b, c, d] = Array.from({ length: 5 }, () => filled(n, dtype)) as [
      TypedArray,
      TypedArray,
      TypedArray,
      TypedArray,
      TypedArray,
    ]
    if (kernel.arity === 1) return () => loop(out, 0, n, a, 0, 1)
    if (kernel.arity === 2) return () => loop(out, 0, n, a, 0, 1, b, 0, 1)
    if (kernel.arity === 3) return () => loop(out, 0, n, a, 0, 1, b, 0, 1, c, 0, 1)
    return () => loop(out, 0, n, a, 0, 1, b, 0, 1, c, 0, 1, d, 0, 1)
  }
  const shown: string[] = []
  for (const n of [32, 64, 128, 256, 512, 1024, 16_384, 262_144]) {
    const ratio = time(given(n, plain), 1, 5) / time(given(n, vector), 1, 5)
    shown.push(`${n}: ${ratio.toFixed(2)}`)
  }
  return shown.join('  ')
}

/** Arrays in the kernels' memory, made once, since a loop that never yields frees nothing. */
const SIZE = 1_000_000
const resident = new Map<DType, readonly TypedArray[]>()
function residents(dtype: DType): readonly TypedArray[] {
  let arrays = resident.get(dtype)
  if (arrays === undefined) {
    arrays = Array.from({ length: 4 }, () => {
      const data = residentElements(SIZE, dtype)
      data.set(filled(SIZE, dtype))
      return data
    })
    resident.set(dtype, arrays)
  }
  return arrays
}

/** What is measured on [1000, 1000]: the operands after the first, and a layout. */
const MATRIX: Readonly<Record<string, readonly [kernel: string, layout?: readonly number[]]>> = {
  'add a row': ['add'],
  'sum of all': ['sum', [1, SIZE, 1]],
  'sum of axis 0': ['sum', [1, 1000, 1000]],
  'sum of axis 1': ['sum', [1000, 1000, 1]],
  'max of all': ['max', [1, SIZE, 1]],
  'max of axis 0': ['max', [1, 1000, 1000]],
  'max of axis 1': ['max', [1000, 1000, 1]],
  softmax: ['softmax', [1000, 1000]],
  logSoftmax: ['logSoftmax', [1000, 1000]],
}

function speed(name: string, dtype: DType): string {
  const [own, layout] = MATRIX[name] ?? [name]
  const kernel = vectorKernel(own, dtype)
  if (kernel === undefined) return ''
  const [out, ...operands] = residents(dtype) as [TypedArray, ...TypedArray[]]
  if (layout !== undefined) return time(() => kernel(out, operands.slice(0, 1), layout)).toFixed(3)
  const { arity } = kernelNamed(own)
  const given = operands.slice(0, arity)
  if (own !== name) given[1] = row(dtype)
  return time(() => kernel(out, given)).toFixed(3)
}

const rowsMade = new Map<DType, TypedArray>()
function row(dtype: DType): TypedArray {
  const made = rowsMade.get(dtype) ?? residentElements(1000, dtype).fill(1)
  rowsMade.set(dtype, made)
  return made
}

function labels(n: number, rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, i) => (7 * i) % n)
}

/** As a user calls them, on ordinary arrays, with fresh results: the plain kernels, and the fastest. */
function calls(): void {
  console.log('\nms as a user calls it, float32: plain, with kernels')
  const x = randn([1000, 1000], { dtype: 'float32' }) as MLArray
  const small = randn([64, 10], { dtype: 'float32' }) as MLArray
  const [many, few] = [labels(1000, 1000), labels(10, 64)]
  const cases: Record<string, () => unknown> = {
    'exp [1000, 1000]': () => noGrad(() => x.exp()),
    'add [1000, 1000]': () => noGrad(() => x.add(x)),
    'sum [1000, 1000]': () => noGrad(() => x.sum()),
    'sum of axis 0': () => noGrad(() => x.sum({ axis: 0 })),
    'max [1000, 1000]': () => noGrad(() => x.max()),
    'softmax [1000, 1000]': () => noGrad(() => x.softmax()),
    'softmax and gradient': () => x.softmax().backward({ upstream: x.detach() }),
    'log-softmax and gradient': () => x.logSoftmax().backward({ upstream: x.detach() }),
    'surprisal [1000, 1000] and gradient': () => surprisal(x, many).sum().backward(),
    'surprisal [64, 10] and gradient': () => surprisal(small, few).sum().backward(),
    'log-softmax [64, 10] and gradient': () =>
      small.logSoftmax().backward({ upstream: small.detach() }),
  }
  for (const [name, f] of Object.entries(cases)) {
    const times = (['plain', undefined] as const).map((set) => {
      setKernels(set)
      return time(f).toFixed(4)
    })
    console.log(name.padEnd(40), times.join('  '))
  }
}

/** Operands that are numbers where users call a row. */
const GIVEN: Readonly<Record<string, readonly number[]>> = {
  softplus: [1],
  leakyRelu: [0.01],
  elu: [1],
  pow: [3],
  clip: [-1, 1],
}

type Sampled = { readonly arity: number; readonly domain?: readonly (readonly [number, number])[] }
type Methods = Readonly<Record<string, (...given: readonly unknown[]) => MLArray>>

/** Every row as a user calls it, on ordinary arrays with fresh results: its values, and then its gradient too. */
function everyRow(): void {
  console.log(
    '\nns for an element as a user calls it, float32: of 1e5 forward, and backward; of 1e6',
  )
  const given = process.argv.length > 2 ? names : Object.keys(operations)
  const data = Float32Array.from({ length: 1_000_000 }, () => 6 * Math.random() - 3)
  for (const name of given) {
    const { arity, domain } = operations[name as keyof typeof operations] as Sampled
    const shown = [100_000, 1_000_000].flatMap((size) => {
      const [x, ...others] = Array.from({ length: arity }, (_, k) => {
        const [from, to] = domain?.[k] ?? [-3, 3]
        return new MLArray(data.subarray(0, size).map((t) => from + ((t + 3) / 6) * (to - from)))
      }) as [MLArray, ...MLArray[]]
      const called = (): MLArray =>
        name === 'where'
          ? where(x.gt(0), ...(others as [MLArray, MLArray]))
          : (x as unknown as Methods)[name]!(...(GIVEN[name] ?? others))
      const upstream = x.detach()
      const forward = time(() => noGrad(called))
      const both = time(() => called().backward({ upstream }))
      return [forward, both].map((ms) => ((1e6 * ms) / size).toFixed(2).padStart(7))
    })
    console.log(name.padEnd(12), shown.join(' '))
  }
}

console.log(`Node ${process.version}`)
if (what.includes('thresholds')) {
  console.log('JavaScript loop / kernel with copies, by the number of elements')
  for (const dtype of ['float32', 'float64'] as const)
    for (const name of names) console.log(`${dtype} ${name}`.padEnd(24), crossing(name, dtype))
}
if (what.includes('speed')) {
  console.log('\nms for 1,000,000 elements in the memory of the kernels: simd, relaxed')
  const all = process.argv.length > 2 ? names : [...names, ...Object.keys(MATRIX)]
  for (const dtype of ['float32', 'float64'] as const) {
    for (const name of all) {
      const times = (['simd', 'relaxed'] as const).map((set) => {
        setKernels(set)
        return speed(name, dtype)
      })
      if (times[0]) console.log(`${dtype} ${name}`.padEnd(24), times.join('  '))
    }
  }
}
setKernels()
if (what.includes('calls')) calls()
if (what.includes('rows')) everyRow()
