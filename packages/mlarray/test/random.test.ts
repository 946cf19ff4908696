// Random numbers: the published bits, what a seed fixes, and the distributions at fixed seeds.
import { assert, integer, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  arange,
  defaultGenerator,
  Generator,
  manualSeed,
  MLArray,
  rand,
  randn,
  setDefaultDtype,
  type GeneratorState,
} from '../src/index.ts'
import { distance, moments, normalBelow, surprise, tally } from './statistics.ts'

const from = (words: readonly number[]): Generator => {
  const random = new Generator(0)
  random.state = { algorithm: 'xoshiro128**', words }
  return random
}

const numbersOf = (x: { toTypedArray(): Float64Array | Float32Array }): number[] =>
  Array.from(x.toTypedArray())

// ---- The source ----

describe('the bits', () => {
  // By an independent transcription of the authors' algorithm, in integers of any length.
  test('are those of xoshiro128**', () => {
    const random = from([1, 2, 3, 4])
    expect(Array.from({ length: 10 }, () => random.bits())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597,
      4258142804,
    ])
  })

  test('follow from the seed, and 53 of them make a number', () => {
    expect(
      [0, 1].map((seed) =>
        Array.from(
          { length: 3 },
          (
            (r) => () =>
              r.next()
          )(new Generator(seed)),
        ),
      ),
    ).toEqual([
      [0.41675133265905573, 0.5870561741002205, 0.2650367332581032],
      [0.09156953175513294, 0.8881928137485323, 0.43427017709149285],
    ])
    const seeds = [0, 1, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1]
    expect(new Set(seeds.map((seed) => new Generator(seed).bits())).size).toBe(5)
  })

  test('each is 1 half of the time', () => {
    const random = new Generator(2)
    const ones = Array.from({ length: 32 }, () => 0)
    for (let i = 0; i < 10_000; i++) {
      const bits = random.bits()
      for (let k = 0; k < 32; k++) ones[k]! += (bits >>> k) & 1
    }
    for (const count of ones) expect(Math.abs(count - 5000)).toBeLessThan(4 * 50)
  })
})

describe('state', () => {
  test('goes through JSON and continues', () => {
    const random = new Generator(7)
    random.normal([3])
    const saved = JSON.stringify(random.state)
    const expected = numbersOf(random.uniform([5]))
    const other = new Generator(0)
    other.state = JSON.parse(saved) as GeneratorState
    expect(numbersOf(other.uniform([5]))).toEqual(expected)
    random.state = JSON.parse(saved) as GeneratorState
    expect(numbersOf(random.uniform([5]))).toEqual(expected)
  })

  test('of the default generator is set by a seed', () => {
    const draw = (): number[][] => [rand([2]), randn([3])].map(numbersOf)
    manualSeed(3)
    const first = draw()
    expect(draw()).not.toEqual(first)
    manualSeed(3)
    expect(draw()).toEqual(first)
    manualSeed(3)
    expect(numbersOf(defaultGenerator.uniform([2]))).toEqual(first[0])
    const generator = new Generator(3)
    expect([rand(2, { generator }), randn(3, { generator })].map(numbersOf)).toEqual(first)
  })

  test('anything else is refused', () => {
    const assign = (state: unknown) => () => (new Generator(0).state = state as GeneratorState)
    expect(assign({ words: [1, 2, 3, 4] })).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: Generator: a state is what a generator's state gave: { algorithm: 'xoshiro128**', words: [four integers from 0 to 2³² − 1, not all 0] }, got an object (Object).]`,
    )
    expect(assign({ algorithm: 'xoshiro128**', words: [0, 0, 0, 0] })).toThrow(TypeError)
    expect(assign({ algorithm: 'xoshiro128**', words: [1, 2, 3] })).toThrow(TypeError)
    expect(assign({ algorithm: 'xoshiro128**', words: [1, 2, 3, 2 ** 32] })).toThrow(TypeError)
    expect(assign(undefined)).toThrow(TypeError)
  })
})

// ---- Streams ----

type Word128 = bigint

const pack = ({ words }: GeneratorState): Word128 =>
  words.reduce((all, word, i) => all | (BigInt(word) << BigInt(32 * i)), 0n)

const unpack = (x: Word128): number[] =>
  [0, 1, 2, 3].map((i) => Number((x >> BigInt(32 * i)) & 0xffffffffn))

/** A linear map of 128 bits, by what it makes of each of them. */
type Matrix = readonly Word128[]

const times = (matrix: Matrix, x: Word128): Word128 => {
  let y = 0n
  for (let i = 0; x > 0n; i++, x >>= 1n) if (x & 1n) y ^= matrix[i]!
  return y
}

describe('streams', () => {
  test('start 2^64 steps apart: the step as a matrix of bits, squared 64 times', () => {
    let matrix: Matrix = Array.from({ length: 128 }, (_, i) => {
      const random = from(unpack(1n << BigInt(i)))
      random.bits()
      return pack(random.state)
    })
    for (let k = 0; k < 64; k++) matrix = matrix.map((column) => times(matrix, column))
    const [a, b, c] = new Generator(5).split(3) as [Generator, Generator, Generator]
    expect(times(matrix, pack(a.state))).toBe(pack(b.state))
    expect(times(matrix, pack(b.state))).toBe(pack(c.state))
  })

  test('a split is determined, and each is another', () => {
    const firsts = (random: Generator): number[] => random.split(4).map((each) => each.next())
    const random = new Generator(1)
    const both = [...firsts(random), ...firsts(random), random.next()]
    expect(new Set(both).size).toBe(9)
    const again = new Generator(1)
    expect([...firsts(again), ...firsts(again), again.next()]).toEqual(both)
    expect(new Generator(1).split(0)).toEqual([])
  })

  test('of children are others than those of their parents', () => {
    const [a, b] = new Generator(1).split(2) as [Generator, Generator]
    const draws = [a, b, ...a.split(3), ...b.split(3)].map((each) => each.next())
    expect(new Set(draws).size).toBe(8)
  })

  test('are uncorrelated', () => {
    const [a, b] = new Generator(3).split(2).map((each) => each.normal([20_000]))
    expect(Math.abs(a!.mul(b!).mean().item())).toBeLessThan(4 / Math.sqrt(20_000))
  })
})

// ---- Distributions ----

const SEEDS = [1, 2, 3]

describe.each(SEEDS)('distributions with seed %i', (seed) => {
  test('uniform', () => {
    const x = numbersOf(new Generator(seed).uniform([20_000], { low: -1, high: 3 }))
    expect(distance(x, (t) => (t + 1) / 4)).toBeLessThan(1.95)
    const [mean, variance] = moments(x) as [number, number]
    expect(Math.abs(mean - 1)).toBeLessThan(4 * Math.sqrt(16 / 12 / 20_000))
    expect(Math.abs(variance - 16 / 12)).toBeLessThan(0.04)
  })

  test('normal', () => {
    const x = numbersOf(new Generator(seed).normal([20_001], { mean: 5, std: 2 }))
    expect(distance(x, (t) => normalBelow((t - 5) / 2))).toBeLessThan(1.95)
    const [mean, variance, skewness, kurtosis] = moments(x) as [number, number, number, number]
    expect(Math.abs(mean - 5)).toBeLessThan(4 * Math.sqrt(4 / 20_000))
    expect(Math.abs(variance - 4)).toBeLessThan(4 * Math.sqrt(32 / 20_000))
    expect(Math.abs(skewness)).toBeLessThan(4 * Math.sqrt(6 / 20_000))
    expect(Math.abs(kurtosis - 3)).toBeLessThan(4 * Math.sqrt(24 / 20_000))
  })

  test('integers, of a range that 2^32 is no multiple of', () => {
    const x = numbersOf(new Generator(seed).integers(-3, 8, [22_000]))
    expect([Math.min(...x), Math.max(...x)]).toEqual([-3, 7])
    const counts = tally(
      x.map((i) => i + 3),
      11,
    )
    expect(
      surprise(
        counts,
        counts.map(() => 2000),
      ),
    ).toBeLessThan(4)
  })

  test('integers of a wide range are uniform', () => {
    const size = 3 * 2 ** 50
    const x = numbersOf(new Generator(seed).integers(0, size, [10_000]))
    expect(distance(x, (t) => t / size)).toBeLessThan(1.95)
  })

  test('every order of four is equally likely', () => {
    const random = new Generator(seed)
    const seen = new Map<string, number>()
    for (let i = 0; i < 12_000; i++) {
      const order = String(numbersOf(random.permutation(4)))
      seen.set(order, (seen.get(order) ?? 0) + 1)
    }
    expect(seen.size).toBe(24)
    expect(
      surprise(
        [...seen.values()],
        Array.from(seen, () => 500),
      ),
    ).toBeLessThan(4)
  })

  test('bernoulli', () => {
    const x = new Generator(seed).bernoulli([0, 0.3, 1], [10_000, 3])
    const [never, some, always] = x.mean({ axis: 0 }).toList() as number[]
    expect([never, always]).toEqual([0, 1])
    expect(Math.abs(some! - 0.3)).toBeLessThan(4 * Math.sqrt(0.21 / 10_000))
  })

  test('bernoulli is in the dtype of its probabilities, so that a mask leaves that of what it masks', () => {
    const random = new Generator(seed)
    const p = new MLArray([0.5, 1], { dtype: 'float32' })
    expect(random.bernoulli(p).dtype).toBe('float32')
    expect(random.bernoulli(p, [3, 2], { dtype: 'float64' }).dtype).toBe('float64')
    setDefaultDtype('float32')
    try {
      expect([random.bernoulli(0.5).dtype, random.bernoulli(p.astype('float64')).dtype]).toEqual([
        'float32',
        'float64',
      ])
    } finally {
      setDefaultDtype('float64')
    }
  })

  test('multinomial with replacement draws in proportion', () => {
    const x = numbersOf(
      new Generator(seed).multinomial([1, 0, 3, 4], 16_000, { replacement: true }),
    )
    const counts = tally(x, 4)
    expect(counts[1]).toBe(0)
    expect(surprise([counts[0]!, ...counts.slice(2)], [2000, 6000, 8000])).toBeLessThan(4)
  })

  test('multinomial without replacement is drawn one after the other', () => {
    const random = new Generator(seed)
    const weights = [1, 2, 3]
    const rows = random.multinomial(new MLArray([weights]).broadcastTo([12_000, 3]), 2)
    const pairs = [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => [i, j] as const))
    const counts = tally(
      (rows.toList() as number[][]).map(([i, j]) => 3 * i! + j!),
      9,
    )
    const expected = pairs.map(
      ([i, j]) => (12_000 * weights[i]! * weights[j]!) / 6 / (6 - weights[i]!),
    )
    const different = pairs.flatMap(([i, j], k) => (i === j ? [] : [k]))
    expect(pairs.flatMap(([i, j], k) => (i === j ? [counts[k]] : []))).toEqual([0, 0, 0])
    expect(
      surprise(
        different.map((k) => counts[k]!),
        different.map((k) => expected[k]!),
      ),
    ).toBeLessThan(4)
  })

  test('choice with and without probabilities', () => {
    const random = new Generator(seed)
    const even = tally(numbersOf(random.choice(5, [10_000])), 5)
    expect(
      surprise(
        even,
        even.map(() => 2000),
      ),
    ).toBeLessThan(4)
    const weighted = tally(numbersOf(random.choice(3, [10_000], { p: [0.5, 0.2, 0.3] })), 3)
    expect(surprise(weighted, [5000, 2000, 3000])).toBeLessThan(4)
  })
})

// ---- Arrays ----

describe('arrays of random numbers', () => {
  const random = new Generator(11)

  test('have the shape, dtype and tracking that are asked for', () => {
    const x = random.uniform([2, 3], { dtype: 'float32' })
    expect([x.shape, x.dtype, x.requiresGrad]).toEqual([[2, 3], 'float32', true])
    expect(random.normal(3, { requiresGrad: false }).requiresGrad).toBe(false)
    expect([random.uniform().shape, random.normal([0, 2]).shape]).toEqual([[], [0, 2]])
    for (const indices of [
      random.integers(0, 3, [2]),
      random.permutation(2),
      random.bernoulli(0.5, [2]),
      random.multinomial([1, 1], 2),
      random.choice(2, [2]),
    ]) {
      expect([indices.shape, indices.requiresGrad, indices.dtype]).toEqual([[2], false, 'float64'])
    }
  })

  test('uniform float32 numbers stay below the end although they are rounded', () => {
    const almost = from([1, 0, 0, 0])
    almost.bits = () => 2 ** 32 - 1
    expect(almost.next()).toBeLessThan(1)
    expect(almost.uniform(1, { dtype: 'float32' }).item()).toBeLessThan(1)
  })

  test('an odd number of normal ones is the beginning of an even one', () => {
    const pair = numbersOf(new Generator(4).normal(4))
    expect(numbersOf(new Generator(4).normal(3))).toEqual(pair.slice(0, 3))
  })
})

describe('orders and choices', () => {
  test('a permutation has everything once', () => {
    assert(
      property(integer({ min: 0, max: 30 }), integer({ min: 0, max: 99 }), (n, seed) => {
        const random = new Generator(seed)
        const whole = Array.from({ length: n }, (_, i) => i)
        const sorted = (list: readonly number[]): number[] => list.toSorted((a, b) => a - b)
        expect(sorted(numbersOf(random.permutation(n)))).toEqual(whole)
        expect(sorted(numbersOf(random.choice(n, n, { replace: false })))).toEqual(whole)
        const list = [...whole]
        random.shuffle(list)
        expect(sorted(list)).toEqual(whole)
      }),
    )
  })

  test('of rows keep rows together, a copy with gradients', () => {
    const x = new MLArray(arange(6).reshape([3, 2]))
    const y = new Generator(2).permutation(x)
    expect((y.toList() as number[][]).map(([a, b]) => b! - a!)).toEqual([1, 1, 1])
    y.slice(0).backward()
    expect(x.grad().sum().item()).toBe(2)
    const columns = new Generator(3).permutation(x, { axis: 1 })
    expect(columns.sort({ axis: 1 }).toList()).toEqual(x.toList())
  })

  test('shuffle changes arrays, typed arrays and lists in place', () => {
    const order = numbersOf(new Generator(9).permutation(5))
    const array = arange(5)
    const typed = Float32Array.of(0, 1, 2, 3, 4)
    const list = [0, 1, 2, 3, 4]
    for (const x of [array, typed, list]) new Generator(9).shuffle(x)
    expect([array.toList(), [...typed], list]).toEqual([order, order, order])
    const matrix = arange(4).reshape([2, 2])
    new Generator(1).shuffle(matrix, { axis: 1 })
    expect(matrix.sort({ axis: 1 }).toList()).toEqual([
      [0, 1],
      [2, 3],
    ])
    expect(() => new Generator(1).shuffle(new MLArray([1, 2]).mul(2))).toThrow('cannot be changed')
  })

  test('choice takes rows, with gradients', () => {
    const x = new MLArray([
      [1, 2],
      [3, 4],
    ])
    const y = new Generator(1).choice(x, [3], { axis: 1, p: [0, 1] })
    expect(y.toList()).toEqual([
      [2, 2, 2],
      [4, 4, 4],
    ])
    y.backward()
    expect(x.grad().toList()).toEqual([
      [0, 3],
      [0, 3],
    ])
    expect(new Generator(1).choice(0, [0]).shape).toEqual([0])
    expect(new Generator(1).choice(2).shape).toEqual([])
  })
})

test('errors', () => {
  const random = new Generator(0)
  expect(() => new Generator(-1)).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: Generator: seed must be an integer from 0 to 2⁵³ − 1, got -1.]`,
  )
  expect(() => manualSeed(0.5)).toThrow('an integer')
  expect(() => random.split(-1)).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: split: n must be an integer from 0 to 1048576, got -1.]`,
  )
  expect(() => random.below(0)).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: below: n must be an integer from 1 to 2⁵³, got 0.]`,
  )
  expect(() => random.uniform([-1])).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: uniform: a dimension must be an integer ≥ 0, got -1.]`,
  )
  expect(() => random.uniform(2, { low: 1, high: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: uniform: low and high must be finite, low ≤ high, got [1, 0].]`,
  )
  expect(() => random.normal(2, { std: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: normal: std must be finite and ≥ 0, got -1.]`,
  )
  expect(() => random.normal(2, { mean: NaN })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: normal: mean must be finite, got NaN.]`,
  )
  expect(() => random.integers(0, 0)).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: integers: high must be from 1, at most 2⁵³ above low, got 0.]`,
  )
  expect(() => random.integers(0.5, 2)).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: integers: low and high must be integers within ±(2⁵³ − 1), got 0.5.]`,
  )
  expect(() => random.bernoulli(1.5)).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: bernoulli: p must be from 0 to 1, got 1.5.]`,
  )
  expect(() => random.bernoulli([0.5, 0.5], [3])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: bernoulli: shapes [2] and [3] do not broadcast: axis -1 is 2 and 3.]`,
  )
  expect(() => random.multinomial([1, -1], 1)).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: multinomial: a probability must be finite and ≥ 0, got -1.]`,
  )
  expect(() => random.multinomial([1, 0], 2)).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: multinomial: at least 2 of the probabilities must be above 0, 1 is. With replacement: true one is enough.]`,
  )
  expect(() =>
    random.multinomial([0, 0], 1, { replacement: true }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: multinomial: at least 1 of the probabilities must be above 0, 0 are.]`,
  )
  expect(() => random.multinomial(1, 1)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: multinomial: expected a list of probabilities, got shape [].]`,
  )
  expect(() => random.choice(3, [4], { replace: false })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: choice: shape must be of at most 3 elements, got [4].]`,
  )
  expect(() => random.choice(0, [1])).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: choice: shape must be of at most 0 elements, got [1].]`,
  )
  expect(() =>
    random.choice(2, 2, { p: [1, 0], replace: false }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: choice: at least 2 of the probabilities must be above 0, 1 is. With replace: true one is enough.]`,
  )
  expect(() => random.choice(3, 1, { p: [1, 1] })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: choice: expected 3 probabilities, got shape [2].]`,
  )
  expect(() => random.permutation(-1)).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: permutation: a dimension must be an integer ≥ 0, got -1.]`,
  )
  expect(() => random.permutation(new MLArray(1))).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: permutation: axis 0 is out of range for shape []; it has no axes.]`,
  )
  const slip: object = { hihg: 2 }
  expect(() => random.uniform(2, slip)).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: uniform: there is no option 'hihg'; expected dtype, requiresGrad, label, low, high.]`,
  )
  expect(() => rand(2, { generator: {} as never })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: rand: generator must be a Generator, got an object (Object).]`,
  )
  expect(() => random.choice(2, 1, { replace: 0 as never })).toThrow('replace')
  for (const draw of [
    () => random.normal(2, slip),
    () => random.integers(0, 2, 2, slip),
    () => random.bernoulli(0.5, 2, slip),
    () => random.multinomial([1], 1, slip),
    () => random.choice(2, 1, slip),
    () => random.permutation(2, slip),
    () => {
      random.shuffle([], slip)
    },
    () => randn(2, slip),
  ]) {
    expect(draw).toThrow('hihg')
  }
  expect(() => random.shuffle(5 as never)).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: shuffle: expected an array, a typed array or a list, got 5.]`,
  )
})
