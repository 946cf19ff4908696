// Lines of equal height of a function of two numbers.
import { linspace, noGrad, type MLArray } from '@smol/mlarray'
import { contours } from 'd3-contour'
import type { Landscape } from './landscapes.ts'

/** A point of a contour line; those of one line follow one another. */
export type LinePoint = {
  readonly x: number
  readonly y: number
  readonly line: number
  readonly order: number
}

const CELLS = 150

/** The contour lines of a landscape within its window. */
export function contourLines({ height, window, contours: heights }: Landscape): LinePoint[] {
  const [[left, bottom], [right, top]] = window
  const grid = noGrad(() => {
    const x: MLArray = linspace(left, right, CELLS).reshape([1, CELLS])
    const y: MLArray = linspace(bottom, top, CELLS).reshape([CELLS, 1])
    return Array.from(height(x, y).toTypedArray())
  })
  const areas = contours()
    .size([CELLS, CELLS])
    .thresholds([...heights])(grid)
  const rings = areas.flatMap(({ coordinates }) => coordinates.flat())
  return rings.flatMap(piecesOf).flatMap((piece, line) =>
    // The number of a row or column stands at its centre, at 0.5 and so on.
    thinned(piece).map(([column, row], order) => ({
      x: left + ((right - left) * (column! - 0.5)) / (CELLS - 1),
      y: bottom + ((top - bottom) * (row! - 0.5)) / (CELLS - 1),
      line,
      order,
    })),
  )
}

type Point = number[]

/** A ring goes around an area; where that ends at the edge of the window, there is no line. */
function piecesOf(ring: Point[]): Point[][] {
  const isInside = ([column, row]: Point) =>
    Math.min(column!, row!) > 0.5 && Math.max(column!, row!) < CELLS - 0.5
  const pieces: Point[][] = [[]]
  for (const point of ring) {
    if (isInside(point)) pieces.at(-1)!.push(point)
    else if (pieces.at(-1)!.length > 0) pieces.push([])
  }
  return pieces.filter(({ length }) => length > 1)
}

/** Points at least a cell and a half apart, and the last: no eye sees more. */
function thinned(piece: Point[]): Point[] {
  const kept: Point[] = []
  for (const [i, [column, row]] of piece.entries()) {
    const [beforeColumn, beforeRow] = kept.at(-1) ?? [-Infinity, 0]
    const distance = Math.hypot(column! - beforeColumn!, row! - beforeRow!)
    if (distance > 1.5 || i === piece.length - 1) kept.push([column!, row!])
  }
  return kept
}
