/**
 * Arithmetic, element by element: `n` elements at byte addresses, four float32 or two float64 at a time.
 */

/** y = a + b. Rounded once, as IEEE 754 says. */
export function add_f32(y: usize, a: usize, b: usize, n: i32): void {
  const end = y + ((<usize>n) << 2)
  const last = end - 15
  for (; y < last; y += 16, a += 16, b += 16) v128.store(y, f32x4.add(v128.load(a), v128.load(b)))
  for (; y < end; y += 4, a += 4, b += 4) store<f32>(y, load<f32>(a) + load<f32>(b))
}
