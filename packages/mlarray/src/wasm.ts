/**
 * The WebAssembly kernels: which set of them runs, and the one memory that they work on.
 *
 * The memory has two ends. From the bottom up lie arrays that live long (`resident`: parameters, and what
 * optimisers remember of them), which kernels read where they are. From the top down lies what one call
 * needs (`reserve`, `place`), gone at its end. All other arrays are ordinary ones. Nothing here knows what a
 * kernel computes. Decision 0030 says why arrays live where they do.
 */
import { relaxed, simd } from './generated/kernels.ts'
import type { DType, TypedArray } from './array.ts'

/** The sets of kernels, from the one that runs everywhere to the fastest. */
export type KernelSet = 'plain' | 'simd' | 'relaxed'

type Exports = Readonly<Record<string, (...operands: number[]) => number>>

const PAGE = 65_536
/** One GiB: pages cost nothing before they are written to, and growing would detach every array. */
const MOST_PAGES = 16_384
const FEWEST_PAGES = 256
/** Below it lie the constants of the modules. */
const BOTTOM = PAGE
/** What every block starts at a multiple of: a cache line. */
const LINE = 64

type Block = { at: number; size: number }

/** An instance of a module with its memory. */
export class Engine {
  readonly set: KernelSet
  readonly memory: WebAssembly.Memory
  readonly run: Exports
  readonly float32: Float32Array
  readonly float64: Float64Array
  /** What is free among the resident arrays, by address; the last one reaches up to `top`. */
  readonly #free: Block[]
  readonly #size: number
  #top: number
  #used = 0
  readonly #gone = new FinalizationRegistry<Block>((block) => this.#release(block))

  constructor(set: KernelSet, module: WebAssembly.Module, memory: WebAssembly.Memory) {
    this.set = set
    this.memory = memory
    this.run = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports
    this.float32 = new Float32Array(memory.buffer)
    this.float64 = new Float64Array(memory.buffer)
    this.#size = memory.buffer.byteLength
    this.#top = this.#size
    this.#free = [{ at: BOTTOM, size: this.#size - BOTTOM }]
  }

  // ---- For one call ----

  /** Where the memory of calls ends now: what `release` goes back to. */
  get mark(): number {
    return this.#top
  }

  /** Whether one call may have so many bytes, in so many blocks. */
  fits(bytes: number, blocks: number): boolean {
    return this.#top - this.#free[this.#free.length - 1]!.at >= bytes + blocks * LINE
  }

  /** Memory for one call, which must fit; it holds anything. */
  reserve(bytes: number): number {
    this.#top = (this.#top - bytes) & -LINE
    return this.#top >>> 0
  }

  /** Where kernels find `length` numbers of `data`: in place where they lie here, else a copy for this call. */
  place(data: TypedArray, from: number, length: number): number {
    const { BYTES_PER_ELEMENT } = data
    if (data.buffer === this.memory.buffer) return data.byteOffset + from * BYTES_PER_ELEMENT
    const at = this.reserve(length * BYTES_PER_ELEMENT)
    const whole = from === 0 && length === data.length ? data : data.subarray(from, from + length)
    if (BYTES_PER_ELEMENT === 4) this.float32.set(whole, at >>> 2)
    else this.float64.set(whole, at >>> 3)
    return at
  }

  /** Copies `length` numbers that a kernel left at `at` to `out`. */
  take(at: number, out: TypedArray, to: number, length: number): void {
    const memory = out.BYTES_PER_ELEMENT === 4 ? this.float32 : this.float64
    const from = at / out.BYTES_PER_ELEMENT
    out.set(memory.subarray(from, from + length), to)
  }

  release(mark: number): void {
    this.#top = mark
  }

  // ---- Resident arrays ----

  /** A new array of zeros in this memory, or undefined where it is full; it is freed with the last reference. */
  resident(length: number, dtype: DType): TypedArray | undefined {
    const width = dtype === 'float32' ? 4 : 8
    const block = this.#take(Math.ceil((length * width) / LINE) * LINE)
    if (block === undefined) return undefined
    const { buffer } = this.memory
    const array =
      dtype === 'float32'
        ? new Float32Array(buffer, block.at, length)
        : new Float64Array(buffer, block.at, length)
    array.fill(0)
    this.#gone.register(array, block)
    return array
  }

  /** How many bytes of the memory resident arrays take, and how many there are. */
  get usage(): { readonly used: number; readonly size: number } {
    return { used: this.#used, size: this.#size - BOTTOM }
  }

  #take(size: number): Block | undefined {
    const index = this.#free.findIndex((block, i) => {
      const isLast = i === this.#free.length - 1
      // Calls keep at least half of what is left.
      return isLast ? (this.#top - block.at) / 2 >= size : block.size >= size
    })
    if (index < 0 || size === 0) return undefined
    const block = this.#free[index]!
    const { at } = block
    block.at += size
    block.size -= size
    if (block.size === 0) this.#free.splice(index, 1)
    this.#used += size
    return { at, size }
  }

  #release({ at, size }: Block): void {
    this.#used -= size
    const next = this.#free.findIndex((block) => block.at > at)
    const after = this.#free[next]!
    const before = this.#free[next - 1]
    const touchesAfter = at + size === after.at
    if (touchesAfter) {
      after.at = at
      after.size += size
    }
    if (before !== undefined && before.at + before.size === at) {
      before.size += touchesAfter ? after.size : size
      if (touchesAfter) this.#free.splice(next, 1)
    } else if (!touchesAfter) this.#free.splice(next, 0, { at, size })
  }
}

let wanted: KernelSet | undefined
let engine: Engine | undefined
let isStarted = false

/** The engine, started at first use; undefined where the plain kernels serve. */
export function wasm(): Engine | undefined {
  if (!isStarted) {
    isStarted = true
    engine = start(wanted)
  }
  return engine
}

/**
 * Chooses the set of kernels, for measurements and for results that are bit-equal on every machine: `simd`
 * forgoes relaxed instructions, which may round otherwise from one processor to the next. Without a set, the
 * fastest that runs here.
 *
 * @returns the set that runs from now on: `plain` where WebAssembly is unavailable or forbidden.
 */
export function setKernels(set?: KernelSet): KernelSet {
  wanted = set
  isStarted = false
  return wasm()?.set ?? 'plain'
}

function start(set: KernelSet | undefined): Engine | undefined {
  if (set === 'plain' || typeof WebAssembly === 'undefined') return undefined
  const memory = largestMemory()
  if (memory === undefined) return undefined
  if (set !== 'simd') {
    const started = instantiate('relaxed', relaxed, memory)
    if (started !== undefined) return started
  }
  return instantiate('simd', simd, memory)
}

/** Undefined where the features are missing, or where a content-security policy forbids compiling. */
function instantiate(
  set: KernelSet,
  base64: string,
  memory: WebAssembly.Memory,
): Engine | undefined {
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    return new Engine(set, new WebAssembly.Module(bytes), memory)
  } catch {
    return undefined
  }
}

function largestMemory(): WebAssembly.Memory | undefined {
  for (let pages = MOST_PAGES; pages >= FEWEST_PAGES; pages /= 2) {
    try {
      return new WebAssembly.Memory({ initial: pages, maximum: pages })
    } catch {
      // Less may be had.
    }
  }
  return undefined
}
