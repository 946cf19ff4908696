// Arrays of any shape, dtype and layout for fast-check, and whether two are the same to the last bit.
import {
  array,
  constantFrom,
  double,
  float,
  integer,
  nat,
  string,
  tuple,
  type Arbitrary,
} from 'fast-check'
import { MLArray } from '../../src/index.ts'

/** Names that a header has to escape or encode. */
export const names = string({
  unit: constantFrom('a', '0', '.', '/', ' ', '"', '\\', '\n', '\0', 'ü', '\u2028', '😀'),
})

const shapes = array(nat({ max: 3 }), { maxLength: 4 })

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1)

/** An array over its own memory, in one dtype. */
const contiguous: Arbitrary<MLArray> = tuple(shapes, constantFrom('float64', 'float32')).chain(
  ([shape, dtype]) =>
    array(dtype === 'float32' ? float() : double(), {
      minLength: sizeOf(shape),
      maxLength: sizeOf(shape),
    }).map((data) => new MLArray(Float64Array.from(data), { shape, dtype }) as MLArray),
)

/** Arrays, some of which are views: transposed, or repeated without a copy. */
export const arrays: Arbitrary<MLArray> = tuple(contiguous, integer({ min: 0, max: 3 })).map(
  ([x, kind]) => {
    if (kind === 0) return x.T
    if (kind === 1) return x.broadcastTo([2, ...x.shape])
    return x
  },
)

/** Shape, dtype and elements, in which NaN equals NaN and -0 is not 0. */
export const contentOf = (x: MLArray): unknown => [x.dtype, [...x.shape], [...x.toTypedArray()]]
