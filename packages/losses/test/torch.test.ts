// Every loss with its reductions and options, alone and combined, beside PyTorch: test/reference.py made the cases.
import { readFileSync } from 'node:fs'
import { MLArray } from '@smol/mlarray'
import { describe, expect, test } from 'vitest'
import * as losses from '../src/index.ts'
import { difference, type Nested } from './close.ts'

type Loss = (...given: unknown[]) => losses.Reduced<'none'>

type Case = readonly [
  loss: string,
  inputs: readonly Nested[],
  rest: readonly Nested[],
  options: Readonly<Record<string, unknown>>,
  value: Nested,
  upstream: number[],
  gradients: readonly Nested[],
]

const cases = readFileSync(new URL('torch.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case)

const byName = losses as unknown as Readonly<Record<string, Loss>>

/** Calls a loss with arrays and the rest in the order of its parameters. */
function call(
  [loss, , rest, options]: Case,
  [first, ...others]: readonly MLArray[],
): losses.Reduced<'none'> {
  const f = byName[loss]!
  if (loss === 'gaussianNllLoss') return f(first, ...rest, ...others, options)
  // The gradient that PyTorch gives is that of what went into the softmax.
  if (loss === 'ctcLoss') return f(first!.logSoftmax({ axis: -1 }), ...rest, options)
  return f(first, ...others, ...rest, options)
}

const names = [...new Set(cases.map(([loss]) => loss))]

test('there is a case of every loss', () => {
  expect(names.toSorted()).toEqual(Object.keys(losses).toSorted())
})

describe.each(names)('%s', (name) => {
  const own = cases.filter(([loss]) => loss === name)

  test.each(own.map((each) => [JSON.stringify(each[3]), each] as const))(
    'value and gradient, %s',
    (_, each) => {
      const [, inputs, , , value, upstream, gradients] = each
      const arrays = inputs.map((input) => new MLArray(input as number[]))
      const loss = call(each, arrays)
      expect(difference(loss.toList(), value)).toBeLessThan(1e-12)
      loss.backward({ upstream: new MLArray(upstream) })
      arrays.forEach((x, i) =>
        expect(difference(x.grad().toList(), gradients[i]!)).toBeLessThan(1e-12),
      )
    },
  )

  test('in float32, which it stays', () => {
    const each = own.find(([, , , { reduction }]) => reduction === 'mean')!
    const arrays = each[1].map((x) => new MLArray(x as number[], { dtype: 'float32' }))
    const loss = call(each, arrays)
    loss.backward()
    expect([loss.dtype, arrays[0]!.grad().dtype]).toEqual(['float32', 'float32'])
    expect(difference(loss.toList(), each[4])).toBeLessThan(1e-5)
  })
})
