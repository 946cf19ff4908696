/**
 * The WebAssembly kernels: which set of them runs, and the one memory that they work on.
 *
 * The memory has two ends. From the bottom up lie arrays that live long (`resident`: parameters, and what
 * optimisers remember of them), which kernels read where they are. From the top down lies what one call
 * needs (`reserve`, `place`), gone at its end. All other arrays are ordinary ones. Nothing here knows what a
 * kernel computes. Decision 0030 says why arrays live where they do.
 */
import { pieces } from './generated/kernels.ts'
import type { DType, TypedArray } from './array.ts'
import { kernelSetError } from './errors.ts'

/** The sets of kernels, from the one that runs everywhere to the fastest. */
export type KernelSet = 'plain' | 'simd' | 'relaxed'
type ModuleSet = Exclude<KernelSet, 'plain'>

/**
 * `WebAssembly.Memory` and `WebAssembly.Module` where these types exist. A program for Node that has not asked
 * for the types of browsers lacks them, and our declarations have to compile there, too.
 */
type Memory = typeof globalThis extends { WebAssembly: { Memory: { prototype: infer M } } }
  ? M
  : object
type Module = typeof globalThis extends { WebAssembly: { Module: { prototype: infer M } } }
  ? M
  : object

type Exports = Readonly<Record<string, (...operands: number[]) => number>>

const SETS: ReadonlySet<KernelSet> = new Set(['plain', 'simd', 'relaxed'])
const PAGE = 65_536
/** One GiB: pages cost nothing before they are written to, and growing would detach every array. */
const MOST_PAGES = 16_384
const FEWEST_PAGES = 256
/** Below it lie the constants of the modules. */
const BOTTOM = PAGE
/** What every block starts at a multiple of: a cache line. */
const LINE = 64
/** So few numbers are copied one by one. */
const SHORT = 16

type Block = { at: number; size: number }

/** A memory, and what of it is in use; the sets of kernels share it. */
class Space {
  readonly memory: Memory
  readonly size: number
  /** What is free among the resident arrays, by address; the last one reaches up to `top`. */
  readonly free: Block[]
  readonly gone = new FinalizationRegistry<Block>((block) => this.release(block))
  /** Where the memory of calls ends. */
  top: number
  used = 0

  constructor(memory: Memory) {
    this.memory = memory
    this.size = memory.buffer.byteLength
    this.top = this.size
    this.free = [{ at: BOTTOM, size: this.size - BOTTOM }]
  }

  take(size: number): Block | undefined {
    const index = this.free.findIndex((block, i) => {
      const isLast = i === this.free.length - 1
      // Calls keep at least half of what is left.
      return isLast ? (this.top - block.at) / 2 >= size : block.size >= size
    })
    if (index < 0 || size === 0) return undefined
    const block = this.free[index]!
    const { at } = block
    block.at += size
    block.size -= size
    if (block.size === 0) this.free.splice(index, 1)
    this.used += size
    return { at, size }
  }

  release({ at, size }: Block): void {
    this.used -= size
    const next = this.free.findIndex((block) => block.at > at)
    const after = this.free[next]!
    const before = this.free[next - 1]
    const touchesAfter = at + size === after.at
    if (touchesAfter) {
      after.at = at
      after.size += size
    }
    if (before !== undefined && before.at + before.size === at) {
      before.size += touchesAfter ? after.size : size
      if (touchesAfter) this.free.splice(next, 1)
    } else if (!touchesAfter) this.free.splice(next, 0, { at, size })
  }
}

/** A set of kernels with the memory that they work on. */
export class Engine {
  readonly set: KernelSet
  readonly memory: Memory
  readonly module: Module
  readonly run: Exports
  readonly float32: Float32Array
  readonly float64: Float64Array
  readonly #space: Space

  constructor(set: KernelSet, module: Module, space: Space) {
    const { memory } = space
    this.set = set
    this.memory = memory
    this.module = module
    this.run = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports
    this.float32 = new Float32Array(memory.buffer)
    this.float64 = new Float64Array(memory.buffer)
    this.#space = space
  }

  // ---- For one call ----

  /** Where the memory of calls ends now: what `release` goes back to. */
  get mark(): number {
    return this.#space.top
  }

  /** Whether one call may have so many bytes, in so many blocks. */
  fits(bytes: number, blocks: number): boolean {
    const { top, free } = this.#space
    return top - free[free.length - 1]!.at >= bytes + blocks * LINE
  }

  /** Memory for one call, which must fit; it holds anything. */
  reserve(bytes: number): number {
    const top = ((this.#space.top - bytes) & -LINE) >>> 0
    this.#space.top = top
    return top
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
    // A view costs about as much as copying so many.
    if (length > SHORT) out.set(memory.subarray(from, from + length), to)
    else for (let i = 0; i < length; i++) out[to + i] = memory[from + i]!
  }

  release(mark: number): void {
    this.#space.top = mark
  }

  // ---- Resident arrays ----

  /** A new array of zeros in this memory, or undefined where it is full; it is freed with the last reference. */
  resident(length: number, dtype: DType): TypedArray | undefined {
    const width = dtype === 'float32' ? 4 : 8
    const block = this.#space.take(Math.ceil((length * width) / LINE) * LINE)
    if (block === undefined) return undefined
    const { buffer } = this.memory
    const array =
      dtype === 'float32'
        ? new Float32Array(buffer, block.at, length)
        : new Float64Array(buffer, block.at, length)
    array.fill(0)
    this.#space.gone.register(array, block)
    return array
  }

  /** Memory for as long as the engine lives, at an address that is a multiple of 64. */
  keep(bytes: number): number {
    return this.#space.take(Math.ceil(bytes / LINE) * LINE)!.at
  }

  /** How many bytes of the memory resident arrays take, and how many there are. */
  get usage(): { readonly used: number; readonly size: number } {
    return { used: this.#space.used, size: this.#space.size - BOTTOM }
  }
}

const owners = new WeakMap<TypedArray, TypedArray>()

/** A view that is handed out keeps the array alive whose memory it shows: only an array's end frees it. */
export function keepAlive(view: TypedArray, owner: TypedArray): TypedArray {
  owners.set(view, owner)
  return view
}

let wanted: KernelSet | undefined
let engine: Engine | undefined
let isStarted = false
/** Those that were started, and `null` for those that do not run here. */
const engines = new Map<KernelSet, Engine | null>()
let space: Space | undefined

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
 * @throws RangeError where there is no set of that name.
 */
export function setKernels(set?: KernelSet): KernelSet {
  if (set !== undefined && !SETS.has(set)) throw kernelSetError(set)
  wanted = set
  isStarted = false
  return wasm()?.set ?? 'plain'
}

/**
 * How many bytes of the kernels' memory arrays that stay there take (parameters, and what optimisers
 * remember of them), and how many there are; no bytes where the plain kernels serve. Where it is full,
 * arrays live in ordinary memory instead, and everything works as before.
 */
export function kernelMemory(): { readonly used: number; readonly size: number } {
  return wasm()?.usage ?? { used: 0, size: 0 }
}

function start(set: KernelSet | undefined): Engine | undefined {
  if (set === 'plain' || typeof WebAssembly === 'undefined') return undefined
  const started = set === 'simd' ? undefined : engineOf('relaxed')
  return started ?? engineOf('simd')
}

/** Undefined where the features are missing, or where a content-security policy forbids compiling. */
function engineOf(set: ModuleSet): Engine | undefined {
  let known = engines.get(set)
  if (known === undefined) {
    known = instantiate(set) ?? null
    engines.set(set, known)
  }
  return known ?? undefined
}

function instantiate(set: ModuleSet): Engine | undefined {
  try {
    const module = new WebAssembly.Module(moduleOf(set))
    space ??= new Space(largestMemory(MOST_PAGES))
    return new Engine(set, module, space)
  } catch {
    return undefined
  }
}

type Native = {
  readonly Buffer?: { from: (text: string, encoding: 'hex') => Uint8Array<ArrayBuffer> }
  readonly Uint8Array: { readonly fromHex?: (text: string) => Uint8Array<ArrayBuffer> }
}

/** A module, put together from its pieces: of every three, those that both have and its own. */
function moduleOf(set: ModuleSet): Uint8Array<ArrayBuffer> {
  const other = set === 'simd' ? 2 : 1
  const text = pieces.filter((_, i) => i % 3 !== other).join('')
  // What the platform has for it takes a twentieth of the time of the loop, which a cold start would feel.
  const { Buffer, Uint8Array: Bytes } = globalThis as Native
  if (Bytes.fromHex !== undefined) return Bytes.fromHex(text)
  return Buffer === undefined ? bytesOf(text) : new Uint8Array(Buffer.from(text, 'hex'))
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16)
  return bytes
}

/** For tests: a new memory, of at most so many pages of 64 KiB. Arrays stay where they are. */
export function startMemory(pages: number = MOST_PAGES): void {
  space = new Space(largestMemory(pages))
  engines.clear()
  isStarted = false
}

/** @throws RangeError where there is no memory at all. */
function largestMemory(most: number, shared = false): WebAssembly.Memory {
  for (let pages = most; ; pages /= 2) {
    try {
      return new WebAssembly.Memory({ initial: pages, maximum: pages, shared })
    } catch (error) {
      // Less may be had.
      if (pages <= FEWEST_PAGES) throw error
    }
  }
}

// ---- For threads ----

/** The modules for memory that threads share, kept since compiled code gets faster as it is used. */
const sharedModules = new Map<KernelSet, WebAssembly.Module>()

/** The sets that run here, on one memory that threads can share, apart from the one above. */
export function sharedEngines(): Engine[] {
  const shared = new Space(largestMemory(MOST_PAGES, true))
  return (['simd', 'relaxed'] as const).flatMap((set) => {
    let module = sharedModules.get(set)
    if (module === undefined) {
      const bytes = moduleOf(set)
      // A module says of the memory that it imports whether that is shared. Kernels do not care.
      bytes[memoryFlags(bytes)]! |= SHARED
      if (!WebAssembly.validate(bytes)) return []
      module = new WebAssembly.Module(bytes)
      sharedModules.set(set, module)
    }
    return [new Engine(set, module, shared)]
  })
}

const SHARED = 2
/** Where in a module the flags of the memory stand that it imports as `env.memory`. */
function memoryFlags(module: Uint8Array): number {
  const before = '\u0003env\u0006memory\u0002'
  return String.fromCharCode(...module.subarray(0, 4096)).indexOf(before) + before.length
}
