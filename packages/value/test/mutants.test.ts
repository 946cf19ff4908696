// What mutation testing found that no other test notices (docs/proof.md): each fails with the mutant it names.
import { describe, expect, test } from 'vitest'
import { customOp, dot, grad, hessian, sum, toDot, toMermaid, Value, where } from '../src/index.ts'
import { gradients, onGradient, tangent, type Node } from '../src/graph.ts'
import { checkGrads } from '../src/testing.ts'
import { expectClose } from './close.ts'

const of = (name: 'erf' | 'erfc' | 'sigmoid', x: number): number => new Value(x)[name]().data

describe('special functions', () => {
  test('a power of −1 that is no infinity keeps its sign', () => {
    expect([3, -5, 2].map((exponent) => new Value(-1).pow(exponent).data)).toEqual([-1, -1, 1])
    expect(new Value(-1).pow(-Infinity).data).toBe(1)
  })

  test('sigmoid far below 0 is the exponential, down to the last number', () => {
    for (const x of [-709, -720, -740, -745]) expect(of('sigmoid', x)).toBe(Math.exp(x))
  })

  test('erf is odd to the last bit', () => {
    for (let x = 0.47; x < 6; x += 0.01) expect(of('erf', -x)).toBe(-of('erf', x))
  })

  test('erf is right within 2 ulps, and erfc within 5 also where it is small', () => {
    // By Maclaurin's series in enough digits, rounded once.
    const erf = [
      [0.01, 0.011283415555849618],
      [0.25, 0.27632639016823696],
      [0.4999, 0.5204119951613866],
      [0.5001, 0.5205877516768808],
      [0.75, 0.7111556336535151],
    ] as const
    const erfc = [
      [0.5001, 0.4794122483231193],
      [0.9, 0.20309178757716786],
      [1.5, 0.033894853524689274],
      [3.1, 1.1648657367199589e-5],
      [4.48, 2.3630173239626996e-10],
      [5.75, 4.232136617425738e-16],
      [5.999, 2.1783043429548017e-17],
      [6.001, 2.1259570793055824e-17],
      [6.5, 3.8421483271206475e-20],
      [9, 4.13703174651381e-37],
      [13, 1.7395573154667246e-75],
      [21.25, 2.0534521584449843e-198],
      [26.2, 1.643250792438946e-300],
    ] as const
    for (const [x, expected] of erf)
      expectClose(of('erf', x), expected, { relative: 2 * Number.EPSILON })
    for (const [x, expected] of erfc)
      expectClose(of('erfc', x), expected, { relative: 5 * Number.EPSILON })
    expect([27.1, 27.2].map((x) => of('erfc', x))).toEqual([2.33e-321, 1e-323])
    expect([Infinity, -Infinity].map((x) => of('erfc', x))).toEqual([0, 2])
  })
})

test('where names itself when it refuses an operand', () => {
  const text = '3' as never
  for (const call of [() => where(text, 1, 1), () => where(1, text, 1), () => where(1, 1, text)])
    expect(call).toThrow('where: expected a number or a Value, got the string "3".')
})

test('dot of three, with a bias and without', () => {
  expect(dot([1, 2, 3], [4, 5, 6]).data).toBe(32)
  expect(dot([1, 2, 3], [4, 5, 6], 7).data).toBe(39)
})

test('a label can be taken away', () => {
  const x = new Value(1, { label: 'a' })
  x.label = undefined
  expect([x.label, String(x)]).toEqual([undefined, 'Value(data=1, grad=0)'])
})

describe('an operation of a user', () => {
  const f = (a: number, b: number, c = 0): number => a * b + c

  test('of three operands has three derivatives', () => {
    const op = customOp('op', { f, da: (_, __, b) => b, db: (_, a) => a, dc: () => 1 })
    const operands = [new Value(2), new Value(3), new Value(5)] as const
    const y = op(...operands)
    y.backward()
    expect([y.data, ...operands.map((x) => x.grad)]).toEqual([11, 3, 2, 1])
  })

  test('may have a fallback for the last one', () => {
    const op = customOp('op', { f, da: (_, __, b) => b, db: (_, a) => a, fallback: 10 })
    expect([op(2, 3).data, op(2).data]).toEqual([6, 20])
  })

  test('names the derivatives that it was given', () => {
    const row = { f, da: () => 1, dc: () => 1 }
    expect(() => customOp('op', row as never)).toThrow(
      'needs df, or da and db, or da, db and dc; got da, dc.',
    )
  })
})

describe('a drawing', () => {
  test('ends with a dashed box for what is left out, and one arrow from there', () => {
    const y = sum([new Value(2), new Value(3), new Value(5)])
    const lines = toDot(y, { limit: 1 }).split('\n')
    expect(lines.filter((line) => line.includes('style=dashed'))).toEqual([
      '  n1 [label="… 3 more nodes", style=dashed]',
    ])
    expect(lines.filter((line) => line.includes('->'))).toEqual(['  n1 -> n0'])
  })

  test.each([toDot, toMermaid])('is refused at the line of the user: %o', (draw) => {
    let stack: string | undefined
    try {
      draw(new Value(1), { limit: 0 })
    } catch (error) {
      stack = (error as Error).stack
    }
    expect(stack!.split('\n')[1]).toContain('mutants.test.ts')
  })
})

describe('checkGrads', () => {
  const twice = (x: Value): Value => x.mul(2)

  test('takes the largest order and number of directions, and no tolerance at all', () => {
    checkGrads(twice, [1], { order: 9 })
    checkGrads(twice, [1], { directions: 1000 })
    checkGrads((x) => x.mul(0), [1], { tolerance: 0 })
  })

  test('compares large derivatives by their size', () => {
    checkGrads((x) => x.exp(), [20])
    expect(() => checkGrads((x) => x.exp(), [20], { tolerance: 1e-16 })).toThrow('derivative')
  })

  test('goes as far, and as often, as it is told', () => {
    const seenOf = (options: object): number[] => {
      const seen: number[] = []
      checkGrads((x) => (seen.push(x.data), twice(x)), [0], options)
      return seen
    }
    const [one, two] = [1, 2].map((directions) => seenOf({ directions }).length)
    expect(two).toBe(2 * one!)
    // A direction has length 1, whatever was drawn.
    const steps = [0, 1, 2, 3].map((seed) => Math.max(...seenOf({ seed, directions: 1 })))
    expect(new Set(steps).size).toBe(1)
    expect(steps[0]).toBeGreaterThan(0)
  })

  test('says what it wants', () => {
    expect(() => checkGrads(3 as never, [1])).toThrow('expected a function of Values, got 3')
    expect(() => checkGrads(twice, 3 as never)).toThrow(/checkGrads: .*inputs.* got 3/)
  })
})

describe('rows', () => {
  test('equal infinities share the gradient of logaddexp evenly', () => {
    for (const x of [Infinity, -Infinity]) {
      const shares = grad((a: Value, b: Value) => a.logaddexp(b))(x, x)
      expect(shares.map((share) => share.data)).toEqual([0.5, 0.5])
    }
  })

  test('the derivative of a power in its exponent has a derivative at the base 0', () => {
    const inExponent = (a: Value): Value => grad((b) => a.pow(b))(2)
    expect([grad(inExponent)(0).data, grad(inExponent)(1).data]).toEqual([0, 1])
  })

  test('at the kink of elu and leakyRelu the mixed derivatives agree', () => {
    for (const name of ['elu', 'leakyRelu'] as const) {
      const [[, mixed], [other]] = hessian((x: Value, k: Value) => x[name](k))(0, 0.5)
      expect([mixed.data, other.data], name).toEqual([1, 1])
    }
  })

  test('a number on a bound of clip keeps its gradient, and the bound gets none', () => {
    for (const x of [-1, 2]) {
      const slopes = grad((a: Value, min: Value, max: Value) => a.clip(min, max))(x, -1, 2)
      expect(slopes.map((slope) => slope.data)).toEqual([1, 0, 0])
    }
  })

  test('where min is above max, clip follows max alone', () => {
    for (const x of [0, 2, 4]) {
      const slopes = grad((a: Value, min: Value, max: Value) => a.clip(min, max))(x, 3, 1)
      expect(slopes.map((slope) => slope.data)).toEqual([0, 0, 1])
    }
  })

  test('softplus has the sharpness 1 unless it is told', () => {
    expect([new Value(0).softplus().data, new Value(0).softplus(2).data]).toEqual([
      Math.LN2,
      Math.LN2 / 2,
    ])
  })

  test('hypot is as right at the length 1 as elsewhere, and flat at the origin to the second order', () => {
    const hypot = (a: Value, b: Value): Value => a.hypot(b)
    expect(grad(hypot)(0, 1).map((dx) => dx.data)).toEqual([0, 1])
    expect(grad(hypot)(1, 0).map((dx) => dx.data)).toEqual([1, 0])
    expect(hessian(hypot)(0, 0).map((row) => row.map((x) => x.data))).toEqual([
      [0, 0],
      [0, 0],
    ])
  })
})

describe('passes', () => {
  test('a hook that comes after the graph was made is called all the same', () => {
    const x = new Value(0)
    // Nothing else was recorded since.
    x.data = 3
    const y = x.square()
    const seen: number[] = []
    onGradient(x, (dx) => void seen.push(dx.data))
    y.backward()
    expect([seen, x.grad]).toEqual([[6], 6])
  })

  test('a hook may not run a pass over a node whose gradient is complete but not yet passed on', () => {
    const [a, b] = [new Value(1), new Value(2)]
    const [y, z] = [a.square(), b.square()]
    const refused: string[] = []
    const attempt = (node: Value) => () => {
      try {
        node.backward()
      } catch (error) {
        refused.push((error as Error).message)
      }
    }
    onGradient(y, attempt(z))
    onGradient(z, attempt(y))
    y.add(z).backward()
    // Whichever comes first finds the other waiting; then that one may be passed over again.
    expect(refused[0]).toContain('a pass over this graph is under way')
  })

  test('gradients asks the hooks of what it is asked for, unless these are shares', () => {
    const x = new Value(3)
    onGradient(x, (dx) => dx.mul(10))
    const y = x.square()
    const alone = gradients(y, new Value(1), [x]) as Value[]
    const shares = gradients(y, new Value(1), [x], true) as Value[]
    expect([alone[0]!.data, shares[0]!.data]).toEqual([60, 6])
  })

  test('a tangent that is given for a result takes the place of its own', () => {
    const x = new Value(3)
    const y = x.square()
    const seeds = new Map<Node, unknown>([
      [x, new Value(1)],
      [y, new Value(10)],
    ])
    expect(tangent<Value>(y.neg(), seeds)!.data).toBe(-10)
  })

  test('a tangent is refused where data changed after it was used', () => {
    const [a, b] = [new Value(2), new Value(3)]
    const y = a.mul(b)
    b.data = 4
    expect(() => tangent(y, new Map([[a, new Value(1)]]))).toThrow('an input of mul was changed')
  })
})

test('what only the gradient of a constant would read may change', () => {
  const [c, x] = [new Value(2, { requiresGrad: false }), new Value(3)]
  const y = c.mul(x)
  x.data = 5
  y.backward()
  expect(x.grad).toBe(2)
})

test('a constant may change, and does not say that nothing made it', () => {
  const c = new Value(2, { requiresGrad: false })
  c.data = 3
  expect([c.data, String(c)]).toEqual([3, 'Value(data=3, grad=0)'])
})

test('what is flat gets no gradient from an infinite one, in a recorded pass either', () => {
  const x = new Value(2.5)
  x.floor().mul(Infinity).backward({ createGraph: true })
  expect(x.grad).toBe(0)
})
