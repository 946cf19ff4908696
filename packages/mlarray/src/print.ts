/**
 * Arrays as text, as NumPy prints them: aligned columns, at most eight decimals, the shortest digits that
 * tell a number from its neighbours, and an ellipsis in the middle of what is large.
 */
import { rowMajor, type DType, type MLArray } from './array.ts'
import { show } from './errors.ts'

const PRECISION = 8
/** Arrays of more elements are abbreviated to so many at each end of an axis. */
const THRESHOLD = 1000
const EDGE = 3

type Layout = {
  readonly separator: string
  /** How far lines after the first are indented. */
  readonly indent: number
  readonly lineWidth: number
}

/** The elements in brackets. */
function format(x: MLArray, { separator, indent, lineWidth }: Layout): string {
  if (x.size === 0) return '[]'
  const isLarge = x.size > THRESHOLD
  const data = rowMajor(x)
  const shown = isLarge ? Array.from(shownPositions(x.shape), (i) => data[i]!) : data
  const write = formatter(shown, x.dtype)
  const nest = (axis: number, start: number, size: number): string => {
    if (axis === x.ndim) return write(data[start]!)
    const n = x.shape[axis]!
    const step = size / n
    const items: string[] = []
    for (let i = 0; i < n; i++) {
      if (isLarge && n > 2 * EDGE && i === EDGE) {
        items.push('...')
        i = n - EDGE
      }
      items.push(nest(axis + 1, start + i * step, step))
    }
    const margin = ' '.repeat(indent + axis + 1)
    // The brackets that close and the last separator must fit on the line, too.
    if (axis === x.ndim - 1) return `[${wrap(items, separator, margin, lineWidth - axis - 1)}]`
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
function wrap(
  items: readonly string[],
  separator: string,
  margin: string,
  lineWidth: number,
): string {
  const lines: string[] = []
  let line = margin
  items.forEach((item, i) => {
    if (line.length + item.length > lineWidth && line.length > margin.length) {
      lines.push(line.trimEnd())
      line = margin
    }
    line += i < items.length - 1 ? item + separator : item
  })
  return [...lines, line].join('\n').slice(margin.length)
}

// ---- Numbers ----

/** The shortest text `d.ddde±d` that reads back as the same number in the dtype, and what is in it. */
function shortest(x: number, dtype: DType): { text: string; decimals: number; exponent: number } {
  let text = x.toExponential()
  if (dtype === 'float32') {
    for (let decimals = 0; decimals < 9; decimals++) {
      text = evenAtHalf((n) => x.toExponential(n), decimals)
      if (Math.fround(Number(text)) === x) break
    }
  }
  const [mantissa = '', exponent] = text.split('e')
  return { text, decimals: Math.max(0, mantissa.length - 2), exponent: Number(exponent) }
}

/**
 * The text that `write` gives with so many decimals, exact halves going to the even digit: JavaScript sends
 * them up, NumPy does not.
 */
function evenAtHalf(write: (decimals: number) => string, decimals: number): string {
  // A half has few digits in binary, so that forty more decimals show whether it is one. A few tell most
  // numbers from it, and take a tenth of the time.
  let half = ''
  for (const more of [4, 40]) {
    const [mantissa = '', power] = write(decimals + more).split('e')
    const end = mantissa.indexOf('.') + 1 + decimals
    const kept = mantissa.slice(0, end).replace(/\.$/, '')
    const isHalf = /^50*$/.test(mantissa.slice(end)) && '02468'.includes(kept.at(-1)!)
    if (!isHalf) return write(decimals)
    half = power === undefined ? kept : `${kept}e${power}`
  }
  return half
}

/** `[whole, fraction]` of a number ≥ 0 with at most eight decimals. */
function fixed(x: number, dtype: DType): [whole: string, fraction: string] {
  const short = shortest(x, dtype)
  const decimals = Math.max(0, short.decimals - short.exponent)
  // Beyond eight decimals it is the exact number that is rounded, not its shortest digits.
  const text =
    decimals > PRECISION
      ? evenAtHalf((n) => x.toFixed(n), PRECISION)
      : Number(short.text).toFixed(decimals)
  const [whole = '', fraction = ''] = text.split('.')
  return [whole, fraction.replace(/0+$/, '')]
}

/** How many decimals a number takes in scientific notation, eight at most. */
function decimalsOf(x: number, dtype: DType): number {
  const { decimals } = shortest(x, dtype)
  if (decimals <= PRECISION) return decimals
  return evenAtHalf((n) => x.toExponential(n), PRECISION)
    .replace(/e.*/, '')
    .replace(/^\d\.?/, '')
    .replace(/0+$/, '').length
}

function scientific(x: number, dtype: DType, decimals: number): string {
  const short = shortest(x, dtype)
  const text =
    short.decimals === decimals ? short.text : evenAtHalf((n) => x.toExponential(n), decimals)
  const [mantissa = '', power] = text.split('e')
  const size = String(Math.abs(Number(power))).padStart(2, '0')
  return `${mantissa}${mantissa.includes('.') ? '' : '.'}e${Number(power) < 0 ? '-' : '+'}${size}`
}

/** Whether numbers of these sizes, none of them 0, call for powers of ten. */
function needsPowers(sizes: readonly number[], dtype: DType): boolean {
  if (sizes.length === 0) return false
  const largest = sizes.reduce((a, b) => Math.max(a, b))
  const smallest = sizes.reduce((a, b) => Math.min(a, b))
  // A float32 has six digits that can be relied on, and is compared as such.
  return dtype === 'float32'
    ? largest >= 1e6 || smallest < Math.fround(1e-4) || Math.fround(largest / smallest) > 1000
    : largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1000
}

/** A number of either sign, of whose size `body` makes the text where it is finite. */
function signed(x: number, body: (size: number) => string): string {
  if (Number.isNaN(x)) return 'nan'
  const sign = x < 0 || Object.is(x, -0) ? '-' : ''
  return sign + (Number.isFinite(x) ? body(Math.abs(x)) : 'inf')
}

/** How to write each of these numbers so that they align. */
function formatter(data: ArrayLike<number>, dtype: DType): (x: number) => string {
  const all = Array.from(data)
  const sizes = all.filter(Number.isFinite).map(Math.abs)
  const nonzero = sizes.filter((size) => size !== 0)
  const body = needsPowers(nonzero, dtype)
    ? powersFormatter(sizes, dtype)
    : fixedFormatter(sizes, dtype)
  const width = all.reduce((most, x) => Math.max(most, signed(x, body).length), 0)
  return (x) => signed(x, body).padStart(width)
}

// Digits take the time, and each text is asked for twice: for the width, and to be written.

function fixedFormatter(sizes: readonly number[], dtype: DType): (size: number) => string {
  const parts = new Map(sizes.map((x) => [x, fixed(x, dtype)]))
  const decimals = sizes.reduce((most, x) => Math.max(most, parts.get(x)![1].length), 0)
  return (size) => {
    const [whole, fraction] = parts.get(size)!
    return `${whole}.${fraction.padEnd(decimals)}`
  }
}

function powersFormatter(sizes: readonly number[], dtype: DType): (size: number) => string {
  const decimals = sizes.reduce((most, x) => Math.max(most, decimalsOf(x, dtype)), 0)
  const texts = new Map(sizes.map((x) => [x, scientific(x, dtype, decimals)]))
  const width = [...texts.values()].reduce((most, text) => Math.max(most, text.length), 0)
  // Powers of two and of three digits are filled up to the same length.
  return (size) => {
    const text = texts.get(size)!
    const at = text.indexOf('e') + 2
    return text.slice(0, at) + text.slice(at).padStart(text.length - at + width - text.length, '0')
  }
}

/** One number on its own: the shortest digits that read back as it. */
function numberText(x: number, dtype: DType): string {
  return signed(x, (size) => {
    const { text, decimals } = shortest(size, dtype)
    const isPlain = size >= 1e-4 && size < (dtype === 'float32' ? 1e6 : 1e16)
    if (size !== 0 && !isPlain) return scientific(size, dtype, decimals).replace('.e', 'e')
    const plain = Number(text)
    return Number.isInteger(plain) ? `${plain}.0` : String(plain)
  })
}

// ---- Arrays ----

/** `[[1. 2.]\n [3. 4.]]`, as `str` of a NumPy array. */
export function showText(x: MLArray): string {
  if (x.ndim === 0) return numberText(rowMajor(x)[0]!, x.dtype)
  return format(x, { separator: ' ', indent: 0, lineWidth: 75 })
}

/** `MLArray([[1., 2.],\n         [3., 4.]])`, as `repr` of a NumPy array. */
export function showArray(x: MLArray): string {
  const name = 'MLArray('
  const isOpen = (x.size === 0 && x.ndim > 1) || x.size > THRESHOLD
  const notes = [
    ...(isOpen ? [`shape=${show(x.shape)}`] : []),
    ...(x.size === 0 || x.dtype === 'float32' ? [`dtype=${x.dtype}`] : []),
    ...(x.label === undefined ? [] : [`label=${JSON.stringify(x.label)}`]),
  ]
  // The bracket that closes must fit on the line, too.
  const body = name + format(x, { separator: ', ', indent: name.length, lineWidth: 74 })
  if (notes.length === 0) return `${body})`
  const note = `${notes.join(', ')})`
  const lastLine = body.length - (body.lastIndexOf('\n') + 1)
  const fits = lastLine + note.length + 2 <= 75
  return `${body},${fits ? ' ' : `\n${' '.repeat(name.length)}`}${note}`
}
