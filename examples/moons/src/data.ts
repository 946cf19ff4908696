// Two moons: points along two half circles that reach into each other, each a little off.
import type { Generator } from '@smol/mlarray'

/** `signs[i]` says of `points[i]`, two coordinates, which moon it belongs to: 1 the upper, −1 the lower. */
export type Moons = {
  readonly points: readonly (readonly [number, number])[]
  readonly signs: readonly number[]
}

/** As many points, of both moons in turn; `noise` is the standard deviation of each coordinate. */
export function makeMoons(count: number, noise: number, random: Generator): Moons {
  const signs = Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 1 : -1))
  const off = random.normal([count, 2], { std: noise }).toTypedArray()
  const points = signs.map((sign, i) => {
    const angle = Math.PI * random.next()
    const [x, y] = [Math.cos(angle), Math.sin(angle)]
    const place = sign > 0 ? [x, y] : [1 - x, 0.5 - y]
    return [place[0]! + off[2 * i]!, place[1]! + off[2 * i + 1]!] as const
  })
  return { points, signs }
}

/** Those of the points that the indices name. */
export const pick = ({ points, signs }: Moons, indices: readonly number[]): Moons => ({
  points: indices.map((i) => points[i]!),
  signs: indices.map((i) => signs[i]!),
})
