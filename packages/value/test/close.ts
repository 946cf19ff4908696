/** Comparison of lists of numbers to a tolerance; the message names the worst element. */
import { expect } from 'vitest'

function expectAllClose(
  actual: readonly number[],
  expected: readonly number[],
  { relative = 1e-12, absolute = 0, what = '' } = {},
): void {
  expect(actual.length, what).toBe(expected.length)
  let worst = -1
  let excess = 0
  for (const [i, x] of actual.entries()) {
    const y = expected[i]!
    if (Object.is(x, y) || x === y) continue
    const error = Math.abs(x - y) / (absolute + relative * Math.abs(y))
    if (!(error <= 1) && !(error <= excess)) [worst, excess] = [i, error]
  }
  if (worst >= 0) {
    expect.fail(`${what} element ${worst}: got ${actual[worst]}, expected ${expected[worst]}`)
  }
}

export function expectClose(
  actual: number,
  expected: number,
  options: { relative?: number; absolute?: number; what?: string } = {},
): void {
  expectAllClose([actual], [expected], options)
}
