/**
 * What update rules are written in, and its reading on plain numbers, which explains a step. The reading that
 * takes it is a pass of `@smol/mlarray/kernels`: decision 0010. Nothing here knows optimisers.
 */
import { binary, numbers as scalarNumbers } from '@smol/value/ops'
import type { PassArithmetic } from '@smol/mlarray/kernels'

/** `T` is a number, or stands for the numbers of a parameter. A number may stand for any operand. */
export type Arithmetic<T, Mask> = PassArithmetic<T, Mask>

/** `β average + (1 − β) x`: the exponential moving average that most rules keep. */
export function ema<T, M>(m: Arithmetic<T, M>, beta: number, average: T, x: T | number): T {
  return m.add(m.mul(beta, average), m.mul(1 - beta, x))
}

const doubles: Arithmetic<number, boolean> = {
  ...scalarNumbers,
  maximum: binary.maximum.f,
  minimum: binary.minimum.f,
}

/** The rows of `@smol/value` with every operand and result in single precision, as a pass over float32 has it. */
const singles = Object.fromEntries(
  Object.entries(doubles).map(([name, operation]) => [
    name,
    (...operands: unknown[]) => single((operation as Operation)(...operands.map(single))),
  ]),
) as unknown as typeof doubles

type Operation = (...operands: unknown[]) => unknown

const single = (x: unknown): unknown => (typeof x === 'number' ? Math.fround(x) : x)

/** Plain numbers, rounded as those of a parameter are. */
export function numbersOf(dtype: 'float32' | 'float64'): Arithmetic<number, boolean> {
  return dtype === 'float32' ? singles : doubles
}
