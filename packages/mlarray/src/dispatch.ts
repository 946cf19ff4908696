/**
 * Which loop runs an elementwise operation: the one place where kernels are chosen. It knows their signature
 * and names, neither arrays nor derivatives.
 *
 * A loop reads up to four arrays, each from a start and by a step (0 repeats a number), and writes `n` numbers
 * to `out` from `at` on. The loops of all rows are generated (`loops.ts`); the operations of a user's own have
 * none here and run in the generic loop.
 */
import type { DType, TypedArray } from './array.ts'
import { float32, float64, partials } from './loops.ts'
import { thresholdOf, vectorLoop } from './vector.ts'

type Loop1<T> = (out: T, at: number, n: number, a: T, i: number, di: number) => void
type Loop2<T> = (...given: [...one: Parameters<Loop1<T>>, b: T, j: number, dj: number]) => void
type Loop3<T> = (...given: [...two: Parameters<Loop2<T>>, c: T, k: number, dk: number]) => void
type Loop4<T> = (...given: [...three: Parameters<Loop3<T>>, d: T, l: number, dl: number]) => void

/** Loops over arrays of one kind by name, for each number of arrays that they read. */
export type Loops<T> = {
  readonly one: Readonly<Record<string, Loop1<T>>>
  readonly two: Readonly<Record<string, Loop2<T>>>
  readonly three: Readonly<Record<string, Loop3<T>>>
  readonly four: Readonly<Record<string, Loop4<T>>>
}

/** A loop over arrays of either kind. It ignores what it is given beyond what it reads. */
export type Loop = (
  ...given: [
    ...one: Parameters<Loop1<TypedArray>>,
    b?: TypedArray,
    j?: number,
    dj?: number,
    c?: TypedArray,
    k?: number,
    dk?: number,
    d?: TypedArray,
    l?: number,
    dl?: number,
  ]
) => void

/** What computes one function of the elements: a loop for each dtype. */
export class Kernel {
  /** The name of the row, or `row.da` for `dy · ∂f` of its first operand, and so on. */
  readonly name: string
  /** How many arrays it reads. */
  readonly arity: number
  readonly float64: Loop
  readonly float32: Loop
  /** From how many elements on a vector kernel is faster. */
  readonly least64: number
  readonly least32: number

  constructor(name: string, group: keyof Loops<unknown>, arity: number) {
    this.name = name
    this.arity = arity
    this.float64 = float64[group][name] as unknown as Loop
    this.float32 = float32[group][name] as unknown as Loop
    this.least64 = thresholdOf(name, 'float64')
    this.least32 = thresholdOf(name, 'float32')
  }
}

const GROUPS = ['one', 'two', 'three', 'four'] as const
const known = new Map<string, Kernel>()

/** The kernel of that name, whichever number of arrays it reads. */
export function kernelNamed(name: string): Kernel {
  const found = known.get(name)
  if (found !== undefined) return found
  const arity = GROUPS.findIndex((group) => name in float64[group])
  const kernel = new Kernel(name, GROUPS[arity]!, arity + 1)
  known.set(name, kernel)
  return kernel
}

/** The kernel of `dy · ∂f` in operand `index`, and what it reads beside `dy`: bits like those of `readsA`. */
export function partialNamed(
  row: string,
  index: number,
): readonly [kernel: Kernel, reads: number] | undefined {
  const partial = partials[row]?.[index]
  return partial && [kernelNamed(partial[0]), partial[1]]
}

/** The loop to run over `n` elements at a time. */
export function loopFor(kernel: Kernel, dtype: DType, n: number): Loop {
  const isSingle = dtype === 'float32'
  const plain = isSingle ? kernel.float32 : kernel.float64
  if (n < (isSingle ? kernel.least32 : kernel.least64)) return plain
  return vectorLoop(kernel.name, dtype, kernel.arity, plain)
}
