import { Generator } from '@smol/mlarray'
import { AdamW } from '@smol/optim'
import { expect, test } from 'vitest'
import { CLASSES, loadDigits, pick, PIXELS } from '../src/data.ts'
import { examine, learn, logitsOf, makeNetwork } from '../src/network.ts'

const few = pick(
  loadDigits().training,
  Array.from({ length: 20 }, (_, i) => i),
)

test('two layers are x @ w1 + b1, relu, @ w2 + b2', () => {
  const network = makeNetwork([PIXELS, 3, CLASSES], {
    dtype: 'float64',
    generator: new Generator(1),
  })
  const [first, second] = network
  first!.b.assign([0.1, -0.2, 0.3])
  second!.b.assign(Array.from({ length: CLASSES }, (_, i) => i / 10))
  const [w1, w2] = [first!.w.toList(), second!.w.toList()] as number[][][]
  const pixels = few.images.subarray(0, PIXELS)
  const hidden = [0.1, -0.2, 0.3].map((b, j) =>
    Math.max(
      0,
      pixels.reduce((sum, x, i) => sum + x * w1![i]![j]!, b),
    ),
  )
  const expected = Array.from({ length: CLASSES }, (_, k) =>
    hidden.reduce((sum, h, j) => sum + h * w2![j]![k]!, k / 10),
  )
  const logits = logitsOf(network, few)
  expect(logits.shape).toEqual([20, CLASSES])
  const [row] = logits.toList() as number[][]
  row!.forEach((logit, k) => expect(logit).toBeCloseTo(expected[k]!, 12))
  expect(hidden.some((h) => h === 0) || hidden.some((h) => h > 0)).toBe(true)
})

test('to learn lowers the loss, and says what it was before; to examine changes nothing', () => {
  const network = makeNetwork([PIXELS, 16, CLASSES], { generator: new Generator(1) })
  const optimizer = new AdamW(network, { learningRate: 0.01 })
  const before = examine(network, few)
  expect(examine(network, few).loss).toBe(before.loss)
  expect(learn(network, optimizer, few).loss).toBe(before.loss)
  for (let i = 0; i < 20; i++) learn(network, optimizer, few)
  const after = examine(network, few)
  expect(after.loss).toBeLessThan(before.loss / 4)
  expect(after.accuracy).toBe(1)
})

test('all of a network is of the dtype asked for, float32 otherwise, and so is what it answers', () => {
  const generator = new Generator(1)
  for (const dtype of [undefined, 'float64'] as const) {
    const network = makeNetwork([PIXELS, 4, CLASSES], { ...(dtype && { dtype }), generator })
    const all = [...network.flatMap(({ w, b }) => [w, b]), logitsOf(network, few)]
    expect(new Set(all.map((array) => array.dtype))).toEqual(new Set([dtype ?? 'float32']))
  }
})
