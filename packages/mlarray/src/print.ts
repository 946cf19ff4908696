/**
 * Arrays as text, as NumPy prints them: aligned columns, at most eight decimals, the shortest digits that
 * tell a number from its neighbours, and an ellipsis in the middle of what is large.
 */
import { rowMajor, type MLArray } from './array.ts'

const PRECISION = 8
/** Arrays of more elements are abbreviated to so many at each end of an axis. */
const THRESHOLD = 1000
const EDGE = 3
const LINE_WIDTH = 75

/** The text between the brackets and around them; lines after the first are indented by `indent`. */
export function format(x: MLArray, separator: string, indent: number): string {
  const isLarge = x.size > THRESHOLD
  const data = rowMajor(x)
  const shown = isLarge ? [...shownPositions(x.shape)] : undefined
  const write = formatter(
    shown === undefined ? data : shown.map((i) => data[i]!),
    x.dtype === 'float32',
  )
  const nest = (axis: number, start: number, size: number): string => {
    if (axis === x.ndim) return write(data[start]!)
    const n = x.shape[axis]!
    const step = size / n
    const isLast = axis === x.ndim - 1
    const skips = isLarge && n > 2 * EDGE
    const items: string[] = []
    for (let i = 0; i < n; i++) {
      if (skips && i === EDGE) {
        items.push('...')
        i = n - EDGE
      }
      items.push(nest(axis + 1, start + i * step, step))
    }
    const margin = ' '.repeat(indent + axis + 1)
    if (isLast) return `[${wrap(items, separator, margin)}]`
    return `[${items.join(`${separator.trimEnd()}${'\n'.repeat(x.ndim - axis - 1)}${margin}`)}]`
  }
  return nest(0, 0, x.size)
}

/** The positions that are shown of a large array. */
function* shownPositions(shape: readonly number[], axis = 0, start = 0): Generator<number> {
  if (axis === shape.length) {
    yield start
    return
  }
  const n = shape[axis]!
  for (let i = 0; i < n; i++) {
    if (n > 2 * EDGE && i === EDGE) i = n - EDGE
    yield* shownPositions(shape, axis + 1, start * n + i)
  }
}

/** Items in lines of limited width. */
function wrap(items: readonly string[], separator: string, margin: string): string {
  const lines: string[] = []
  let line = ''
  for (const item of items) {
    const longer = line === '' ? item : line + separator + item
    if (line !== '' && margin.length + longer.length > LINE_WIDTH) {
      lines.push(line + separator.trimEnd())
      line = item
    } else line = longer
  }
  return [...lines, line].join(`\n${margin}`)
}

/** Decimal digits and the power of ten of the first: `d.ddd × 10^exponent`. */
type Decimal = { readonly digits: string; readonly exponent: number }

/** The shortest digits that read back as the same number, in the array's precision. */
function shortest(x: number, single: boolean): Decimal {
  let text = Math.abs(x).toExponential()
  if (single) {
    for (let digits = 0; digits < 9; digits++) {
      text = Math.abs(x).toExponential(digits)
      if (Math.fround(Number(text)) === Math.abs(x)) break
    }
  }
  const [mantissa = '', exponent] = text.split('e')
  return { digits: mantissa.replace('.', ''), exponent: Number(exponent) }
}

/** The same with at most `decimals` digits after the point at `exponent`, trailing zeros cut. */
function rounded(
  x: number,
  single: boolean,
  scientific: boolean,
): { whole: string; fraction: string; exponent: number } {
  const { digits, exponent } = shortest(x, single)
  const size = Math.abs(x)
  if (scientific) {
    const short =
      digits.length - 1 > PRECISION
        ? size.toExponential(PRECISION)
        : size.toExponential(digits.length - 1)
    const [mantissa = '', power] = short.split('e')
    const [whole = '', fraction = ''] = mantissa.split('.')
    return { whole, fraction: fraction.replace(/0+$/, ''), exponent: Number(power) }
  }
  const decimals = Math.max(0, Math.min(PRECISION, digits.length - 1 - exponent))
  // toFixed rounds the exact binary value, as NumPy does.
  const [whole = '', fraction = ''] = (
    single ? Number(`${digits[0]}.${digits.slice(1)}e${exponent}`) : size
  )
    .toFixed(decimals)
    .split('.')
  return { whole, fraction: fraction.replace(/0+$/, ''), exponent: 0 }
}

/** How to write each of these numbers so that they align. */
function formatter(data: ArrayLike<number>, single: boolean): (x: number) => string {
  const all = Array.from(data)
  const sizes = all.filter(Number.isFinite).map(Math.abs)
  const nonzero = sizes.filter((size) => size !== 0)
  const largest = nonzero.reduce((a, b) => Math.max(a, b), 0)
  const smallest = nonzero.reduce((a, b) => Math.min(a, b), Infinity)
  const scientific =
    nonzero.length > 0 && (largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1000)
  const parts = sizes.map((size) => rounded(size, single, scientific))
  const decimals = Math.max(0, ...parts.map((part) => part.fraction.length))
  const powerDigits = Math.max(2, ...parts.map((part) => String(Math.abs(part.exponent)).length))
  const body = (x: number): string => {
    const { whole, fraction, exponent } = rounded(x, single, scientific)
    if (!scientific) return `${whole}.${fraction.padEnd(decimals)}`
    return `${whole}.${fraction.padEnd(decimals, '0')}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(powerDigits, '0')}`
  }
  const write = (x: number): string => {
    if (Number.isNaN(x)) return 'nan'
    if (!Number.isFinite(x)) return x > 0 ? 'inf' : '-inf'
    return (x < 0 || Object.is(x, -0) ? '-' : '') + body(x)
  }
  const width = all.reduce((most, x) => Math.max(most, write(x).length), 0)
  return (x) => write(x).padStart(width)
}

/** `[[1. 2.]\n [3. 4.]]`, as `str` of a NumPy array. */
export function showText(x: MLArray): string {
  return format(x, ' ', 0)
}

/** `MLArray([[1., 2.],\n         [3., 4.]])`, as `repr` of a NumPy array. */
export function showArray(x: MLArray): string {
  const name = 'MLArray('
  const notes = [
    ...(x.size === 0 && x.ndim > 1 ? [`shape=[${x.shape.join(', ')}]`] : []),
    ...(x.dtype === 'float32' ? ['dtype=float32'] : []),
    ...(x.label === undefined ? [] : [`label=${JSON.stringify(x.label)}`]),
  ]
  const body = x.size === 0 ? '[]' : format(x, ', ', name.length)
  return `${name}${[body, ...notes].join(', ')})`
}
