/**
 * Source maps that lead to sources only. What esbuild itself wrote, such as the imports of a chunk, has none; terser
 * says that it is from the file before terser, which nobody gets, by its path on the machine that built it.
 */

/** A source map, as JSON. */
export type Sourcemap = {
  readonly sources: readonly string[]
  readonly sourcesContent: readonly (string | null)[]
  readonly mappings: string
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Numbers in digits of five bits, lowest first; the sixth bit says that more follow, and the first is the sign. */
function decode(text: string): number[] {
  const numbers: number[] = []
  let [value, shift] = [0, 0]
  for (const letter of text) {
    const digit = DIGITS.indexOf(letter)
    value |= (digit & 31) << shift
    shift += 5
    if (digit < 32) {
      numbers.push((value & 1) === 1 ? -(value >> 1) : value >> 1)
      ;[value, shift] = [0, 0]
    }
  }
  return numbers
}

function encode(numbers: readonly number[]): string {
  let text = ''
  for (const x of numbers) {
    let rest = x < 0 ? (-x << 1) | 1 : x << 1
    for (; rest > 31; rest >>= 5) text += DIGITS[(rest & 31) | 32]
    text += DIGITS[rest]
  }
  return text
}

/** The map without sources outside `src`, and without what leads there. */
export function withoutOthers(map: Sourcemap): Sourcemap {
  const kept = map.sources.flatMap((source, i) => (source.startsWith('../src/') ? i : []))
  // Source, line, column and name: each is written as its difference from the one before.
  const read = [0, 0, 0, 0]
  let written = [0, 0, 0, 0]
  const convert = (segment: string): string => {
    const [place, ...differences] = decode(segment)
    for (const [i, difference] of differences.entries()) read[i]! += difference
    const source = kept.indexOf(read[0]!)
    if (differences.length === 0 || source < 0) return encode([place!])
    const now = [source, ...read.slice(1)]
    const changes = differences.map((_, i) => now[i]! - written[i]!)
    written = now.map((x, i) => (i < differences.length ? x : written[i]!))
    return encode([place!, ...changes])
  }
  return {
    ...map,
    sources: kept.map((i) => map.sources[i]!),
    sourcesContent: kept.map((i) => map.sourcesContent[i] ?? null),
    mappings: map.mappings
      .split(';')
      .map((line) => (line === '' ? '' : line.split(',').map(convert).join(',')))
      .join(';'),
  }
}
