// The first NaN or infinity: what made it, from what, and on which line.
import { readFileSync } from 'node:fs'
import { where as valueWhere } from '@smol/value'
import { describe, expect, test } from 'vitest'
import {
  checkpoint,
  detectAnomaly,
  grad,
  jvp,
  MLArray,
  noGrad,
  unroll,
  Value,
  where,
} from '../src/index.ts'

type Anomaly = Error & { readonly line?: string; readonly op: string; readonly index: number[] }

/** What is thrown inside. */
function thrownBy(fn: () => unknown): Anomaly {
  try {
    detectAnomaly(() => void fn())
  } catch (error) {
    return error as Anomaly
  }
  throw new Error('nothing was thrown')
}

/** The message, with `LINE` for every line of this file. */
function message(fn: () => unknown): string {
  return thrownBy(fn).message.replaceAll(/\S*anomaly\.test\.ts:\d+:\d+/g, 'LINE')
}

const source = readFileSync(new URL(import.meta.url), 'utf8').split('\n')

/** The line of this file that a place names. */
function textAt(place: string | undefined): string {
  const [, row] = /anomaly\.test\.ts:(\d+):\d+/.exec(place ?? '')!
  return source[Number(row) - 1]!.trim()
}

const x = new MLArray([1, 0, -1])

describe('in forward', () => {
  test('a product with a vector is one operation', () => {
    const large = new MLArray([1e308, 1])
    expect(thrownBy(() => large.dot(large)).op).toBe('matmul')
    expect(message(() => large.reshape([1, 2]).matmul(large))).toContain(
      'matmul of shapes [1, 2] and [2] made',
    )
  })

  test('names operation, shapes, place and values', () => {
    expect(message(() => x.sqrt())).toMatchInlineSnapshot(
      `"detectAnomaly: sqrt of shape [3] made NaN at [2] from -1; called at LINE."`,
    )
    expect(message(() => new MLArray([1, 2]).div(new MLArray([[1], [0]])))).toMatchInlineSnapshot(
      `"detectAnomaly: div of shapes [2] and [2, 1] made Infinity at [1, 0] from 1 and 0; called at LINE."`,
    )
    expect(
      message(() => new MLArray([[1e200, 1]]).matmul(new MLArray([[1e200], [2]]))),
    ).toMatchInlineSnapshot(
      `"detectAnomaly: matmul of shapes [1, 2] and [2, 1] made Infinity at [0, 0] from elements from 1 to 1e+200 and elements from 2 to 1e+200; called at LINE."`,
    )
    expect(message(() => new Value(0).log())).toMatchInlineSnapshot(
      `"detectAnomaly: log of shape [] made -Infinity from 0; called at LINE."`,
    )
    expect(message(() => new MLArray([1, Number.NaN]).mul(2))).toMatchInlineSnapshot(
      `"detectAnomaly: mul of shapes [2] and [] made NaN at [1] from NaN and 2, of which the NaN came in with the data; called at LINE."`,
    )
    expect(message(() => noGrad(() => x.reciprocal()))).toMatchInlineSnapshot(
      `"detectAnomaly: reciprocal of shape [3] made Infinity at [1] from 0; called at LINE."`,
    )
  })

  test('has the data as fields, and the line in the message and on the stack', () => {
    const error = thrownBy(() => {
      const y = x.add(1)
      y.mul(2)
        .log() // the culprit
        .sum()
        .backward()
    })
    expect(error).toMatchObject({
      phase: 'forward',
      op: 'log',
      shapes: [[3]],
      index: [2],
      value: -Infinity,
      from: [0],
    })
    expect(textAt(error.line)).toBe('.log() // the culprit')
    expect(error.message).toContain(error.line)
    expect(error.stack!.split('\n')[1]).toContain(error.line)
  })

  test('names the line of a function in a function', () => {
    const inner = (z: MLArray): MLArray => z.log() // inner
    expect(textAt(thrownBy(() => grad((z: MLArray) => inner(z).sum())(x)).line)).toContain(
      '// inner',
    )
    expect(textAt(thrownBy(() => checkpoint(inner)(x)).line)).toContain('// inner')
  })

  test('an infinity that the program put in is none', () => {
    expect(
      detectAnomaly(() => {
        const y = where([1, 0, 1], x, -Infinity).softmax()
        y.sum().backward()
        return y.toList()[1]
      }),
    ).toBe(0)
  })

  test('at the first use of an element that is none', () => {
    expect(thrownBy(() => x.log().at(1).exp()).op).toBe('log')
  })
})

describe('in reverse', () => {
  test('names the line of the forward call', () => {
    const error = thrownBy(() => {
      const y = new MLArray([0, 4]).sqrt() // forward
      y.sum().backward()
    })
    expect(error).toMatchObject({
      phase: 'gradient',
      op: 'sqrt',
      index: [0],
      value: Infinity,
      from: [0],
      dy: 1,
    })
    expect(textAt(error.line)).toContain('// forward')
  })

  test('of Values, with createGraph, of transformations and of checkpoints', () => {
    const zero = new MLArray([0])
    expect(message(() => new Value(0).sqrt().mul(0).backward())).toMatchInlineSnapshot(
      `"detectAnomaly: the gradient of input 0 of sqrt of shape [] became NaN from 0 and the gradient 0 of its result; called at LINE."`,
    )
    expect(message(() => zero.sqrt().backward({ createGraph: true }))).toMatchInlineSnapshot(
      `"detectAnomaly: the gradient of input 0 of sqrt of shape [1] became Infinity at [0] from 0 and the gradient 1 of its result; called at LINE."`,
    )
    expect(message(() => grad((z: MLArray) => z.sqrt().sum())(zero))).toMatchInlineSnapshot(
      `"detectAnomaly: the gradient of input 0 of sqrt of shape [1] became Infinity at [0] from 0 and the gradient 1 of its result; called at LINE."`,
    )
    expect(
      message(() => checkpoint((z: MLArray) => z.sqrt().mul(2))(zero).backward()),
    ).toMatchInlineSnapshot(
      `"detectAnomaly: the gradient of input 0 of sqrt of shape [1] became Infinity at [0] from 0 and the gradient 2 of its result; called at LINE."`,
    )
    expect(
      message(() => jvp((z: MLArray) => z.sqrt())(zero, new MLArray([1]))),
    ).toMatchInlineSnapshot(
      `"detectAnomaly: the tangent of sqrt of shape [1] became Infinity at [0] from 0; called at LINE."`,
    )
    expect(message(() => (unroll(zero.sqrt().sum()) as Value).backward())).toMatchInlineSnapshot(
      `"detectAnomaly: the gradient of input 0 of sqrt of shape [] became Infinity from 0 and the gradient 1 of its result; called at LINE."`,
    )
  })

  test('of a graph from outside, whose lines are not known', () => {
    const y = new MLArray([0]).sqrt()
    expect(message(() => y.backward())).toMatchInlineSnapshot(
      `"detectAnomaly: the gradient of input 0 of sqrt of shape [1] became Infinity at [0] from the gradient 1 of its result."`,
    )
  })
})

describe('a branch that where had masked', () => {
  const z = new MLArray([1, 0, 4])

  test('is recognised in reverse, with the line of the where', () => {
    const error = thrownBy(() => {
      const root = z.sqrt() // the root
      const y = where(z.gt(0), root, 0) // the mask
      y.sum().backward()
    })
    expect(textAt(error.line)).toContain('// the root')
    expect(textAt((error as { masked?: string }).masked)).toContain('// the mask')
    expect(message(() => where(z.gt(0), z.sqrt(), 0).sum().backward())).toMatchInlineSnapshot(
      `"detectAnomaly: the gradient of input 0 of sqrt of shape [3] became NaN at [1] from 0 and the gradient 0 of its result; called at LINE. The where at LINE takes the other branch there, but the gradient 0 that it sends back was multiplied by a derivative that is infinite or NaN. Mask what goes into sqrt as well, as in where(mask, where(mask, x, 1).sqrt(), 0)."`,
    )
  })

  test('through other operations, and among Values', () => {
    expect(message(() => where(z.gt(0), z.sqrt().mul(2).sub(1), 0).sum().backward())).toContain(
      'The where at LINE',
    )
    const v = new Value(0)
    expect(message(() => valueWhere(v.gt(0), v.sqrt(), 0).backward())).toContain(
      'The where at LINE',
    )
  })

  test('is recognised in forward', () => {
    expect(message(() => where(z.gt(0), z.log().mul(2), 0))).toMatchInlineSnapshot(
      `"detectAnomaly: log of shape [3] made -Infinity at [1] from 0; called at LINE. The where at LINE takes the other branch there, but in reverse the gradient 0 that it sends back becomes NaN wherever the derivative of log is infinite or NaN. Mask what goes into log as well, as in where(mask, where(mask, x, 1).log(), 0)."`,
    )
  })

  test('and what goes in is masked too: nothing is thrown', () => {
    const y = detectAnomaly(() => {
      const mask = z.gt(0)
      const result = where(mask, where(mask, z, 1).log(), 0).sum()
      z.zeroGrad()
      result.backward()
      return z.grad().toList()
    })
    expect(y).toEqual([1, 0, 0.25])
  })

  test('no where is blamed where there is none', () => {
    expect(message(() => z.sqrt().mul(0).sum().backward())).not.toContain('where')
  })
})

describe('outside', () => {
  test('nothing is thrown, also after an error inside', () => {
    expect(() => detectAnomaly(() => x.log().sum())).toThrow('detectAnomaly')
    expect(x.log().toList()).toEqual([0, -Infinity, Number.NaN])
    expect(() => x.sqrt().sum().backward()).not.toThrow()
  })

  test('nothing is remembered: no stack is made', () => {
    const { stackTraceLimit } = Error
    let stacks = 0
    Object.defineProperty(Error, 'stackTraceLimit', {
      configurable: true,
      get: () => stackTraceLimit,
      set: () => {
        stacks++
      },
    })
    try {
      x.exp().sum().backward()
      expect(stacks).toBe(0)
      detectAnomaly(() => x.exp().sum().backward())
      expect(stacks).toBeGreaterThan(0)
    } finally {
      Object.defineProperty(Error, 'stackTraceLimit', {
        value: stackTraceLimit,
        writable: true,
        configurable: true,
      })
    }
  })

  test('what a leaf has kept from an earlier pass is not blamed on this one', () => {
    const z = new MLArray([0])
    z.sqrt().backward()
    expect(() => detectAnomaly(() => z.exp().backward())).not.toThrow()
  })

  test('gives what the function gives, and refuses promises', () => {
    expect(detectAnomaly(() => 3)).toBe(3)
    // @ts-expect-error -- as the types say, too
    expect(() => detectAnomaly(async () => 3)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: detectAnomaly: the function returned a promise; nothing would be watched any more when it goes on.]`,
    )
    expect(() => detectAnomaly(3 as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: detectAnomaly: expected a function, got 3.]`,
    )
  })
})
