// What a loop of f32x4 multiplies and adds on registers reaches, without any memory:
// the limit of a product in WebAssembly. It does as many of them as a product needs.
import type { Contender, Work } from './contender.ts'

/** Independent chains: enough to hide the latency of both instructions, few enough for 16 registers. */
const CHAINS = 12
const FLOPS_PER_TURN = CHAINS * 4

export function load(): Contender {
  const turns = compileLoop()
  const product =
    (n: number): (() => Work) =>
    () => ({ run: () => turns(Math.round((2 * n ** 3) / FLOPS_PER_TURN)) })
  return {
    version: '',
    works: Object.fromEntries([256, 512, 1024].map((n) => [`matmul-f32-${n}`, product(n)])),
  }
}

/** `turns(count)` repeats `x = x · c` on every other chain and `x = x + c` on the rest, c = 1. */
function compileLoop(): (count: number) => void {
  const c = CHAINS + 1
  const chains = Array.from({ length: CHAINS }, (_, i) => i + 1)
  const code = [
    [1, CHAINS + 1, 0x7b], // locals after the parameter: v128, the last one is c
    [0x43, 0, 0, 0x80, 0x3f, ...simd(0x13), 0x21, c], // f32.const 1, f32x4.splat, local.set c
    [0x03, 0x40], // loop
    // x, c, f32x4.add or f32x4.mul, local.set x
    ...chains.map((x) => [0x20, x, 0x20, c, ...simd(x % 2 ? 0xe4 : 0xe6), 0x21, x]),
    [0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b], // count − 1; again unless 0
    // A number that depends on all chains, or a compiler might leave them out.
    ...chains.map((x) => [0x20, x]),
    ...chains.slice(1).map(() => simd(0xe4)),
    [...simd(0x1f), 0, 0x0b], // f32x4.extract_lane 0
  ]
  const module = [
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, [1, 0x60, 1, 0x7f, 1, 0x7d]), // a type: (i32) → f32
    section(3, [1, 0]),
    section(7, [1, 1, 0x74, 0, 0]), // exported as t
    section(10, [1, ...sized(code.flat())]),
  ]
  const bytes = new Uint8Array(module.flat())
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes))
  return exports['t'] as (count: number) => void
}

const simd = (operation: number): readonly number[] => [0xfd, ...leb(operation)]
const section = (id: number, bytes: readonly number[]): readonly number[] => [id, ...sized(bytes)]
const sized = (bytes: readonly number[]): readonly number[] => [...leb(bytes.length), ...bytes]

/** An unsigned number, seven bits in each byte. */
function leb(n: number): readonly number[] {
  return n < 128 ? [n] : [(n & 127) | 128, ...leb(n >>> 7)]
}
