/**
 * Copies between ordinary arrays and the memory that threads share, by way of the memory of an engine:
 * JavaScript copies shared memory word by word, five times as slowly.
 */
import type { TypedArray } from './array.ts'
import type { Engine } from './wasm.ts'

/** How many elements are copied at a time: they stay in the second cache. */
export const RUN = 16_384

/** Copies bytes: where to, from where, how many. */
type Copy = (to: number, from: number, bytes: number) => void

/** The way between the two memories. */
export class Bridge {
  readonly engine: Engine
  readonly #shared: Engine
  readonly #share: Copy
  readonly #fetch: Copy

  constructor(shared: Engine, engine: Engine) {
    this.engine = engine
    this.#shared = shared
    ;[this.#share, this.#fetch] = copiesBetween(shared.memory, engine.memory)
  }

  /** Whether the engine has room for what is on the way. */
  fits(): boolean {
    return this.engine.fits(RUN * 8, 1)
  }

  /** Where threads find a copy of `length` numbers of `data`, in memory that must have room. */
  place(data: TypedArray, from: number, length: number): number {
    const { engine } = this
    const width = data.BYTES_PER_ELEMENT
    const at = this.#shared.reserve(length * width)
    if (data.buffer === engine.memory.buffer) {
      this.#share(at, engine.place(data, from, length), length * width)
      return at
    }
    const mark = engine.mark
    for (let start = 0; start < length; start += RUN) {
      const count = Math.min(RUN, length - start)
      this.#share(at + start * width, engine.place(data, from + start, count), count * width)
      engine.release(mark)
    }
    return at
  }

  /** Copies `length` numbers that threads left at `at` to `out`. */
  take(at: number, out: TypedArray, to: number, length: number): void {
    const { engine } = this
    const width = out.BYTES_PER_ELEMENT
    const mark = engine.mark
    const y = engine.reserve(RUN * width)
    for (let start = 0; start < length; start += RUN) {
      const count = Math.min(RUN, length - start)
      this.#fetch(y, at + start * width, count * width)
      engine.take(y, out, to + start, count)
    }
    engine.release(mark)
  }
}

/**
 * A module of two functions over two memories, `e.s` that is shared and `e.u` that is not:
 *     (func (export "i") (param i32 i32 i32) (memory.copy 0 1 (local.get 0) (local.get 1) (local.get 2)))
 *     (func (export "o") …                   (memory.copy 1 0 …
 */
const BRIDGE =
  'AGFzbQEAAAABBwFgA39/fwACFQIBZQFzAgMBgIAEAWUBdQIBAYCABAMDAgAABwkCAWkAAAFvAAEKGwIMACAAIAEgAvwKAAELDAAgACABIAL8CgEACw=='

function copiesBetween(shared: WebAssembly.Memory, own: WebAssembly.Memory): [Copy, Copy] {
  try {
    const bytes = Uint8Array.from(atob(BRIDGE), (character) => character.charCodeAt(0))
    const memories = { e: { s: shared, u: own } }
    const { i, o } = new WebAssembly.Instance(new WebAssembly.Module(bytes), memories).exports
    return [i as Copy, o as Copy]
  } catch {
    // No module has two memories here.
    const there = new Uint8Array(shared.buffer)
    const here = new Uint8Array(own.buffer)
    return [
      (to, from, bytes) => there.set(here.subarray(from, from + bytes), to),
      (to, from, bytes) => here.set(there.subarray(from, from + bytes), to),
    ]
  }
}
