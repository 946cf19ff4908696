import { grad, MLArray } from '@smol/mlarray'
import { describe, expect, test } from 'vitest'
import { contourLines } from '../src/contours.ts'
import { LANDSCAPES } from '../src/landscapes.ts'

const byHand: Record<string, (x: number, y: number) => number> = {
  Rosenbrock: (x, y) => (1 - x) ** 2 + 100 * (y - x ** 2) ** 2,
  Beale: (x, y) =>
    (1.5 - x + x * y) ** 2 + (2.25 - x + x * y ** 2) ** 2 + (2.625 - x + x * y ** 3) ** 2,
  Himmelblau: (x, y) => (x ** 2 + y - 11) ** 2 + (x + y ** 2 - 7) ** 2,
  Ackley: (x, y) =>
    -20 * Math.exp(-0.2 * Math.sqrt((x ** 2 + y ** 2) / 2)) -
    Math.exp((Math.cos(2 * Math.PI * x) + Math.cos(2 * Math.PI * y)) / 2) +
    Math.E +
    20,
}

describe.each(LANDSCAPES)('$name', (landscape) => {
  const { name, height, start, lowest, window, contours } = landscape
  const heightAt = (x: number, y: number) => height(new MLArray(x), new MLArray(y)).item()

  test('the height is that of the formula', () => {
    for (const [x, y] of [start, [0.3, -0.8], [2, 1.5]] as const)
      expect(heightAt(x, y)).toBeCloseTo(byHand[name]!(x, y), 10)
  })

  test('the lowest points have height 0, and it falls from the start', () => {
    for (const [x, y] of lowest) expect(heightAt(x, y)).toBeCloseTo(0, 9)
    const [dx, dy] = grad(height)(new MLArray(start[0]), new MLArray(start[1]))
    expect(Math.hypot(dx.item(), dy.item())).toBeGreaterThan(0.5)
  })

  test('a contour line has its height, and lies in the window', () => {
    const lines = contourLines(landscape)
    expect(new Set(lines.map(({ line }) => line)).size).toBeGreaterThanOrEqual(contours.length)
    const [[left, bottom], [right, top]] = window
    for (const { x, y } of lines) {
      expect(x > left && x < right && y > bottom && y < top).toBe(true)
      // Between two cells of the grid, the function is taken for a straight line.
      const slope = grad(height)(new MLArray(x), new MLArray(y)).map((part) => part.item())
      const cell = (right - left) / 149
      const off = Math.min(...contours.map((level) => Math.abs(heightAt(x, y) - level)))
      expect(off).toBeLessThan(0.5 * cell * Math.hypot(...slope) + 0.01)
    }
  })
})
