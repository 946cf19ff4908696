// Every message of arrays, at the public call that makes it. Those of indexing, files and linear algebra have
// tests of their own.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import {
  arange,
  checkpoint,
  concatenate,
  einsum,
  grad,
  MLArray,
  oneHot,
  ones,
  ShapeError,
  split,
  stack,
  tensordot,
  vmap,
  where,
  zeros,
} from '../src/index.ts'

type Loose = Record<string, (...given: unknown[]) => unknown>

const a = new MLArray([
  [1, 2, 3],
  [4, 5, 6],
])
const x = a as unknown as Loose
const free = {
  arange,
  concatenate,
  einsum,
  oneHot,
  split,
  stack,
  tensordot,
  where,
  zeros,
} as unknown as Loose

/** Name and message of what `f` throws. */
function thrown(f: () => unknown): string {
  try {
    f()
  } catch (error) {
    return String(error)
  }
  return 'nothing'
}

describe('shapes', () => {
  test('that do not broadcast', () => {
    expect(thrown(() => x['add']!(ones(4)))).toMatchInlineSnapshot(
      `"ShapeError: add: shapes [2, 3] and [4] do not broadcast: axis -1 is 3 and 4."`,
    )
    expect(thrown(() => a.broadcastTo([3] as never))).toMatchInlineSnapshot(
      `"ShapeError: broadcastTo: shape [2, 3] does not broadcast to [3]."`,
    )
    expect(thrown(() => a.assign([1, 2] as never))).toMatchInlineSnapshot(
      `"ShapeError: assign: shapes [2, 3] and [2] do not broadcast: axis -1 is 3 and 2."`,
    )
    expect(thrown(() => a.assign(zeros([1, 2, 3]) as never))).toMatchInlineSnapshot(
      `"ShapeError: assign: shape [1, 2, 3] does not broadcast to [2, 3]."`,
    )
    expect(thrown(() => a.backward({ upstream: ones(4) as never }))).toMatchInlineSnapshot(
      `"ShapeError: backward: the upstream gradient must have the shape [2, 3] of the root, got [4]."`,
    )
  })

  test('of products', () => {
    expect(thrown(() => x['matmul']!(ones([2, 3])))).toMatchInlineSnapshot(
      `"ShapeError: matmul: inner dimensions differ: [2, 3] @ [2, 3] (3 ≠ 2). b.T would fit."`,
    )
    expect(thrown(() => x['matmul']!(ones([4, 5])))).toMatchInlineSnapshot(
      `"ShapeError: matmul: inner dimensions differ: [2, 3] @ [4, 5] (3 ≠ 4)."`,
    )
    expect(thrown(() => x['matmul']!(ones(4)))).toMatchInlineSnapshot(
      `"ShapeError: matmul: inner dimensions differ: [2, 3] @ [4] (3 ≠ 4)."`,
    )
    expect(thrown(() => x['matmul']!(2))).toMatchInlineSnapshot(
      `"ShapeError: matmul: operands must have rank 1 or more, got [2, 3] and []; mul takes scalars."`,
    )
    expect(thrown(() => x['dot']!(ones([2, 4])))).toMatchInlineSnapshot(
      `"ShapeError: dot: axis 1 of [2, 3] and axis 0 of [2, 4] differ: 3 and 2."`,
    )
    expect(thrown(() => tensordot(a, a, 1))).toMatchInlineSnapshot(
      `"ShapeError: tensordot: axis 1 of [2, 3] and axis 0 of [2, 3] differ: 3 and 2."`,
    )
    expect(thrown(() => tensordot(a, a, 3))).toMatchInlineSnapshot(
      `"RangeError: tensordot: axes must be an integer from 0 to 2, or a list of axes of [2, 3] and one of as many of [2, 3], got 3."`,
    )
    expect(thrown(() => tensordot(a, a, [[0], [0, 1]]))).toMatchInlineSnapshot(
      `"RangeError: tensordot: axes must be an integer from 0 to 2, or a list of axes of [2, 3] and one of as many of [2, 3], got [[0], [0, 1]]."`,
    )
    expect(thrown(() => free['tensordot']!(a, ones([3, 4, 5]), '1'))).toMatchInlineSnapshot(
      `"RangeError: tensordot: axes must be an integer from 0 to 2, or a list of axes of [2, 3] and one of as many of [3, 4, 5], got the string "1"."`,
    )
    expect(thrown(() => free['tensordot']!(a, ones([4]), { axes: 1 }))).toMatchInlineSnapshot(
      `"RangeError: tensordot: axes must be an integer from 0 to 1, or a list of axes of [2, 3] and one of as many of [4], got an object (Object)."`,
    )
    expect(thrown(() => (ones(3) as unknown as Loose)['trace']!())).toMatchInlineSnapshot(
      `"ShapeError: trace: the rank must be at least 2, got shape [3]."`,
    )
  })

  test('that a reshape cannot reach', () => {
    expect(thrown(() => a.reshape([4, 2] as never))).toMatchInlineSnapshot(
      `"ShapeError: reshape: 6 elements of shape [2, 3] cannot become [4, 2] (8 elements)."`,
    )
    expect(thrown(() => a.reshape([4, -1] as never))).toMatchInlineSnapshot(
      `"ShapeError: reshape: 6 elements of shape [2, 3] cannot become [4, -1]."`,
    )
    expect(thrown(() => a.reshape([-1, -1] as never))).toMatchInlineSnapshot(
      `"ShapeError: reshape: 6 elements of shape [2, 3] cannot become [-1, -1]."`,
    )
    expect(thrown(() => a.reshape([-2, 3] as never))).toMatchInlineSnapshot(
      `"RangeError: reshape: a dimension must be an integer ≥ 0, got -2."`,
    )
    expect(thrown(() => x['reshape']!('6'))).toMatchInlineSnapshot(
      `"TypeError: reshape: expected a dimension or a list of dimensions, got the string "6"."`,
    )
    expect(thrown(() => x['squeeze']!({ axis: 0 }))).toMatchInlineSnapshot(
      `"ShapeError: squeeze: axis 0 of shape [2, 3] is 2, not 1."`,
    )
  })

  test('of lists of arrays', () => {
    expect(thrown(() => free['concatenate']!([a, a.T]))).toMatchInlineSnapshot(
      `"ShapeError: concatenate: shapes [2, 3] and [3, 2] differ elsewhere than on axis 0."`,
    )
    expect(thrown(() => free['stack']!([a, a.T]))).toMatchInlineSnapshot(
      `"ShapeError: stack: shapes [2, 3] and [3, 2] differ."`,
    )
    // @ts-expect-error -- as the types say, too
    expect(thrown(() => concatenate([]))).toMatchInlineSnapshot(
      `"TypeError: concatenate: expected a list of at least one array."`,
    )
    expect(thrown(() => free['concatenate']!(a))).toMatchInlineSnapshot(
      `"TypeError: concatenate: expected a list of arrays, got an object (MLArray)."`,
    )
    expect(thrown(() => free['stack']!([a, 'b']))).toMatchInlineSnapshot(
      `"TypeError: stack: expected an MLArray, a Value or a number, got the string "b"."`,
    )
    expect(thrown(() => free['split']!([1, 2], 2))).toMatchInlineSnapshot(
      `"TypeError: split: expected an MLArray, got [1, 2]."`,
    )
    expect(thrown(() => free['split']!(a, 4))).toMatchInlineSnapshot(
      `"RangeError: split: axis 0 of size 2 cannot be cut by 4; expected a number of equal parts, or ascending positions."`,
    )
    expect(thrown(() => free['split']!(a, '2'))).toMatchInlineSnapshot(
      `"RangeError: split: axis 0 of size 2 cannot be cut by the string "2"; expected a number of equal parts, or ascending positions."`,
    )
    expect(thrown(() => free['split']!(a, [0.5]))).toMatchInlineSnapshot(
      `"RangeError: split: axis 0 of size 2 cannot be cut by [0.5]; expected a number of equal parts, or ascending positions."`,
    )
  })

  test('that ask for what there is not', () => {
    expect(thrown(() => zeros([NaN]))).toMatchInlineSnapshot(
      `"RangeError: zeros: a dimension must be an integer ≥ 0, got NaN."`,
    )
    expect(thrown(() => zeros([2, -1]))).toMatchInlineSnapshot(
      `"RangeError: zeros: a dimension must be an integer ≥ 0, got -1."`,
    )
    expect(thrown(() => zeros([1e6, 1e6]))).toMatchInlineSnapshot(
      `"RangeError: zeros: shape [1000000, 1000000] has 1000000000000 elements, more than 2³²."`,
    )
    expect(thrown(() => free['zeros']!(null))).toMatchInlineSnapshot(
      `"TypeError: zeros: expected a dimension or a list of dimensions, got null."`,
    )
    expect(thrown(() => zeros([1e5, 1e4]).outer(zeros(1e5)))).toMatchInlineSnapshot(
      `"RangeError: MLArray: there is no memory for 100000000000000 elements of float64."`,
    )
    expect(thrown(() => zeros([2, 0]).max({ axis: 1 }))).toMatchInlineSnapshot(
      `"ShapeError: max: no elements along the reduced axes of shape [2, 0]; it has no value for nothing."`,
    )
    expect(thrown(() => a.item())).toMatchInlineSnapshot(
      `"ShapeError: item: only an array of one element is a number; this one has shape [2, 3]."`,
    )
    // @ts-expect-error -- as the types say, too
    expect(thrown(() => ones(3).triu())).toMatchInlineSnapshot(
      `"ShapeError: triu: the rank must be at least 2, got shape [3]."`,
    )
    expect(thrown(() => (zeros([1, 1, 1]) as unknown as Loose)['diag']!())).toMatchInlineSnapshot(
      `"ShapeError: diag: the rank must be 1 or 2, got shape [1, 1, 1]."`,
    )
  })

  test('carry their operation and shapes as fields', () => {
    try {
      x['add']!(ones(4))
    } catch (error) {
      expect(error).toBeInstanceOf(ShapeError)
      expect(error).toBeInstanceOf(RangeError)
      expect(error).toMatchObject({ op: 'add', shapes: [[2, 3], [4]], name: 'ShapeError' })
    }
    expect.assertions(3)
  })
})

const wrongAxes = [2, -3, 1.5, NaN, '1', null, {}, [0, 0], [0, '1']]

describe('axes', () => {
  test('that are none', () => {
    const messages = wrongAxes.map((axis) => thrown(() => x['sum']!({ axis })))
    expect(messages.join('\n')).toMatchInlineSnapshot(`
      "RangeError: sum: axis 2 is out of range for shape [2, 3]; expected -2 … 1.
      RangeError: sum: axis -3 is out of range for shape [2, 3]; expected -2 … 1.
      RangeError: sum: an axis must be an integer, got 1.5.
      RangeError: sum: an axis must be an integer, got NaN.
      TypeError: sum: expected an axis or a list of axes, got the string "1".
      TypeError: sum: expected an axis or a list of axes, got null.
      TypeError: sum: expected an axis or a list of axes, got an object (Object).
      RangeError: sum: axes [0, 0] of shape [2, 3] name an axis twice.
      TypeError: sum: an axis must be an integer, got the string "1"."
    `)
  })

  test.each(['mean', 'var', 'std', 'norm', 'max', 'prod', 'any', 'logsumexp', 'flip', 'squeeze'])(
    'of %s are refused in its name',
    (name) => {
      const wanted = new RegExp(`^(RangeError|TypeError): ${name}: `)
      for (const axis of wrongAxes) expect(thrown(() => x[name]!({ axis }))).toMatch(wanted)
    },
  )

  test.each(['argmax', 'argmin', 'cumsum', 'cumprod', 'softmax', 'logSoftmax'])(
    'of %s are single integers',
    (name) => {
      const wanted = new RegExp(`^(RangeError|TypeError): ${name}: (axis|an axis) `)
      for (const axis of [...wrongAxes, [0]])
        expect(thrown(() => x[name]!({ axis }))).toMatch(wanted)
    },
  )

  test('of other operations', () => {
    expect(thrown(() => a.transpose([0] as never))).toMatchInlineSnapshot(
      `"RangeError: transpose: axes [0] must name each of the 2 axes of shape [2, 3] once."`,
    )
    expect(thrown(() => x['transpose']!('10'))).toMatchInlineSnapshot(
      `"RangeError: transpose: axes must be a list with each of the 2 axes of shape [2, 3] once, got the string "10"."`,
    )
    expect(thrown(() => a.moveaxis([0, 1], [0] as never))).toMatchInlineSnapshot(
      `"RangeError: moveaxis: as many axes must be moved as there are places, got [0, 1] and [0]."`,
    )
    expect(thrown(() => x['moveaxis']!(0))).toMatchInlineSnapshot(
      `"TypeError: moveaxis: expected an axis or a list of axes, got undefined."`,
    )
    expect(thrown(() => x['swapaxes']!(0, 2))).toMatchInlineSnapshot(
      `"RangeError: swapaxes: axis 2 is out of range for shape [2, 3]; expected -2 … 1."`,
    )
    expect(thrown(() => x['expandDims']!())).toMatchInlineSnapshot(
      `"TypeError: expandDims: expected an axis or a list of axes, got undefined."`,
    )
    expect(thrown(() => x['roll']!(1, { axis: 'x' }))).toMatchInlineSnapshot(
      `"TypeError: roll: expected an axis or a list of axes, got the string "x"."`,
    )
    expect(thrown(() => new MLArray(1).sum({ axis: 0 as never }))).toMatchInlineSnapshot(
      `"RangeError: sum: axis 0 is out of range for shape []; it has no axes."`,
    )
  })
})

describe('options', () => {
  test('that are none', () => {
    expect(thrown(() => x['sum']!(1))).toMatchInlineSnapshot(
      `"TypeError: sum: options are an object { axis?, keepdims? }, got 1."`,
    )
    expect(thrown(() => x['sum']!({ axes: 1 }))).toMatchInlineSnapshot(
      `"TypeError: sum: there is no option 'axes'; expected axis, keepdims."`,
    )
    expect(thrown(() => x['sum']!({ keepdims: 1 }))).toMatchInlineSnapshot(
      `"TypeError: sum: keepdims must be true or false, got 1."`,
    )
    expect(thrown(() => free['zeros']!([2], 'float32'))).toMatchInlineSnapshot(
      `"TypeError: zeros: options are an object { dtype?, requiresGrad?, label? }, got the string "float32"."`,
    )
    expect(thrown(() => free['zeros']!([2], { dtype: 'int32' }))).toMatchInlineSnapshot(
      `"TypeError: zeros: dtype must be 'float64' or 'float32', got the string "int32"."`,
    )
    expect(thrown(() => free['concatenate']!([a, a], 1))).toMatchInlineSnapshot(
      `"TypeError: concatenate: options are an object { axis? }, got 1."`,
    )
    expect(thrown(() => x['backward']!({ retainGraph: true }))).toMatchInlineSnapshot(
      `"TypeError: backward: there is no option 'retainGraph'; expected upstream, createGraph."`,
    )
  })

  test('out of range', () => {
    expect(thrown(() => a.std({ ddof: NaN }))).toMatchInlineSnapshot(
      `"RangeError: std: ddof must be a finite number, got NaN."`,
    )
    expect(thrown(() => x['norm']!({ ord: 'fro' }))).toMatchInlineSnapshot(
      `"RangeError: norm: ord must be a number, got the string "fro"."`,
    )
    expect(thrown(() => x['pad']!([[1, 1]]))).toMatchInlineSnapshot(
      `"RangeError: pad: widths must be one [before, after] of integers ≥ 0 for each of the 2 axes, got [[1, 1]]."`,
    )
    expect(
      thrown(() =>
        x['pad']!(
          [
            [1, 1],
            [1, 1],
          ],
          { mode: 'toString' },
        ),
      ),
    ).toMatchInlineSnapshot(
      `"RangeError: pad: mode must be 'constant', 'edge', 'reflect', 'symmetric' or 'wrap', got the string "toString"."`,
    )
    expect(
      thrown(() =>
        x['pad']!(
          [
            [1, 1],
            [1, 1],
          ],
          { mode: 'edge', value: 1 },
        ),
      ),
    ).toMatchInlineSnapshot(
      `"RangeError: pad: value must be missing in other modes than 'constant', got 1."`,
    )
    expect(thrown(() => x['roll']!('1'))).toMatchInlineSnapshot(
      `"RangeError: roll: shift must be an integer or a list of them, got the string "1"."`,
    )
    expect(thrown(() => x['roll']!([1, 2, 3], { axis: [0, 1] }))).toMatchInlineSnapshot(
      `"RangeError: roll: shift must be one number, or one for each of the 2 axes, got [1, 2, 3]."`,
    )
    expect(thrown(() => x['repeat']!([1, 2], { axis: 1 }))).toMatchInlineSnapshot(
      `"RangeError: repeat: repeats must be an integer ≥ 0, or 3 of them for axis 1, got [1, 2]."`,
    )
    expect(thrown(() => a.triu(0.5))).toMatchInlineSnapshot(
      `"RangeError: triu: k must be an integer, got 0.5."`,
    )
    expect(thrown(() => arange(0, 1, 0))).toMatchInlineSnapshot(
      `"RangeError: arange: step must be other than 0, got 0."`,
    )
  })
})

describe('operands', () => {
  test('of other types', () => {
    expect(thrown(() => x['add']!('1'))).toMatchInlineSnapshot(
      `"TypeError: add: expected an MLArray, a Value or a number, got the string "1"."`,
    )
    expect(thrown(() => x['add']!())).toMatchInlineSnapshot(
      `"TypeError: add: expected an MLArray, a Value or a number, got undefined."`,
    )
    expect(thrown(() => x['mul']!([1, 2, 3]))).toMatchInlineSnapshot(
      `"TypeError: mul: expected an MLArray, a Value or a number, got [1, 2, 3]."`,
    )
    expect(thrown(() => x['clip']!(0))).toMatchInlineSnapshot(
      `"TypeError: clip: expected an MLArray, a Value or a number, got undefined."`,
    )
    expect(thrown(() => x['lt']!(1n))).toMatchInlineSnapshot(
      `"TypeError: lt: expected an MLArray, a Value or a number, got 1n."`,
    )
    expect(thrown(() => free['where']!(2, 1, 0))).toMatchInlineSnapshot(
      `"RangeError: where: a mask holds 0 and 1 only, got 2."`,
    )
    for (const mask of [NaN, Infinity, -Infinity, -1, 5e-324, 1 - 2 ** -53, 1 + 2 ** -52])
      expect(thrown(() => free['where']!(mask, 1, 0))).toContain(
        `a mask holds 0 and 1 only, got ${mask}.`,
      )
    expect(thrown(() => free['where']!([0, -0, 1], 1, 0))).toBe('nothing')
    expect(thrown(() => free['where']!([true], 1, 0))).toMatchInlineSnapshot(
      `"TypeError: where: expected numbers, Values, arrays or nested lists of them, got true. Write 1 for true and 0 for false."`,
    )
    expect(thrown(() => a.logicalNot())).toMatchInlineSnapshot(
      `"RangeError: logicalNot: a mask holds 0 and 1 only, got 2."`,
    )
    expect(thrown(() => free['oneHot']!([3], 3))).toMatchInlineSnapshot(
      `"RangeError: oneHot: index 3 is no class; expected 0 … 2."`,
    )
    expect(thrown(() => free['oneHot']!([0.5], 3))).toMatchInlineSnapshot(
      `"RangeError: oneHot: indices must be integers, got 0.5."`,
    )
    expect(thrown(() => oneHot([0], 0))).toMatchInlineSnapshot(
      `"RangeError: oneHot: there are no classes for index 0."`,
    )
  })

  test('of einsum', () => {
    const refused = (subscripts: unknown, ...operands: unknown[]): string =>
      thrown(() => free['einsum']!(subscripts, ...operands))
    expect(refused(3, a)).toMatchInlineSnapshot(
      `"TypeError: einsum: subscripts must be a string, got 3."`,
    )
    expect(refused('ij,jk->ik', a)).toMatchInlineSnapshot(
      `"ShapeError: einsum: 'ij,jk->ik': it has 2 terms, got 1 operands."`,
    )
    expect(refused('ij,jk->ik', a, a)).toMatchInlineSnapshot(
      `"ShapeError: einsum: 'ij,jk->ik': axis 'j' is 3 and 2."`,
    )
    expect(refused('ii', a)).toMatchInlineSnapshot(
      `"ShapeError: einsum: 'ii': axis 'i' of one operand is 2 and 3."`,
    )
    expect(refused('i', a)).toMatchInlineSnapshot(
      `"ShapeError: einsum: 'i': 'i' does not fit an operand of rank 2."`,
    )
    expect(refused('i1', a)).toMatchInlineSnapshot(
      `"ShapeError: einsum: 'i1': 'i1' may hold letters and one '...'."`,
    )
    expect(refused('ij->ik', a)).toMatchInlineSnapshot(
      `"ShapeError: einsum: 'ij->ik': no operand has the axis 'k' of the result."`,
    )
    expect(refused('ij->jj', a)).toMatchInlineSnapshot(
      `"ShapeError: einsum: 'ij->jj': the result 'jj' names an axis twice."`,
    )
    expect(refused('ij->1', a)).toMatchInlineSnapshot(
      `"ShapeError: einsum: 'ij->1': '1' may hold letters and one '...'."`,
    )
    expect(refused('i...->i', a)).toMatchInlineSnapshot(
      `"ShapeError: einsum: 'i...->i': the result must name '...'."`,
    )
    expect(refused('ij->i->j', a)).toMatchInlineSnapshot(
      `"ShapeError: einsum: 'ij->i->j': '->' stands twice."`,
    )
  })

  test('of the constructor', () => {
    const made = (data: unknown): string => thrown(() => new MLArray(data as never))
    expect(
      made([
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3, 4],
      ]),
    ).toMatchInlineSnapshot(
      `"ShapeError: MLArray: ragged list: row 0 has 3 elements, row 2 has 4."`,
    )
    expect(made([[[1]], [[1, 2]]])).toMatchInlineSnapshot(
      `"ShapeError: MLArray: ragged list: row 0 has shape [1, 1], row 1 has shape [1, 2]."`,
    )
    expect(made([1, [2]])).toMatchInlineSnapshot(
      `"ShapeError: MLArray: ragged list: row 0 is a number, row 1 has 1 element."`,
    )
    expect(made(['1'])).toMatchInlineSnapshot(
      `"TypeError: MLArray: expected numbers, Values, arrays or nested lists of them, got the string "1"."`,
    )
    expect(made([1n])).toMatchInlineSnapshot(
      `"TypeError: MLArray: expected numbers, Values, arrays or nested lists of them, got 1n."`,
    )
    expect(made(new Date(0))).toMatchInlineSnapshot(
      `"TypeError: MLArray: expected numbers, Values, arrays or nested lists of them, got an object (Date)."`,
    )
    expect(made(() => 1)).toMatchInlineSnapshot(
      `"TypeError: MLArray: expected numbers, Values, arrays or nested lists of them, got a function."`,
    )
    // @ts-expect-error -- as the types say, too
    expect(thrown(() => new MLArray([1, 2], { shape: [3] }))).toMatchInlineSnapshot(
      `"ShapeError: MLArray: 2 elements do not fill shape [3]."`,
    )
  })
})

describe('arguments beyond those that a method takes', () => {
  test('dimensions and axes one by one', () => {
    expect(thrown(() => x['reshape']!(3, 2))).toMatchInlineSnapshot(
      `"TypeError: reshape: expected one argument, got 3 and 2. Dimensions and axes stand in one list: [3, 2]."`,
    )
    for (const name of ['transpose', 'expandDims', 'broadcastTo', 'tile'])
      expect(thrown(() => x[name]!(1, 0))).toContain(`${name}: expected one argument, got 1 and 0.`)
  })

  test('where to start to flatten, decimals to round to', () => {
    expect(thrown(() => x['flatten']!(1))).toMatchInlineSnapshot(
      `"TypeError: flatten: expected no argument, got 1."`,
    )
    expect(thrown(() => x['round']!(2))).toMatchInlineSnapshot(
      `"TypeError: round: expected no argument, got 2."`,
    )
  })

  test('what NumPy and PyTorch take, and would give another result', () => {
    expect(thrown(() => x['trace']!(1))).toMatchInlineSnapshot(
      `"TypeError: trace: expected no argument, got 1."`,
    )
    expect(thrown(() => x['reshape']!([6], 'F'))).toMatchInlineSnapshot(
      `"TypeError: reshape: expected one argument, got [6] and the string "F"."`,
    )
    expect(thrown(() => x['add']!(a, { alpha: 2 }))).toMatchInlineSnapshot(
      `"TypeError: add: expected one argument, got an object (MLArray) and an object (Object)."`,
    )
    expect(thrown(() => x['indexAdd']!(0, [0], a, { alpha: 2 }))).toMatchInlineSnapshot(
      `"TypeError: indexAdd: expected three arguments, got 0 and [0] and an object (MLArray) and an object (Object)."`,
    )
  })

  test.each<[string, unknown[]]>([
    ['arrayEqual', [a, { equalNan: true }]],
    ['unique', [{ axis: 0 }]],
    ['put', [[0, 0], [1, 1], true]], // prettier-ignore
    ['maskedSelect', [[1, 0, 1], 0]], // prettier-ignore
    ['diag', [0, 1]],
    ['sum', [{ axis: 0 }, { keepdims: true }]],
    ['take', [[0], { axis: 0 }, 1]],
    ['eq', [a, 1e-3]],
    ['div', [2, { roundingMode: 'floor' }]],
    ['softplus', [1, 20]],
    ['clip', [0, 1, 2]],
  ])('%s', (name, given) => {
    expect(thrown(() => x[name]!(...given))).toMatch(
      /^TypeError: \w+: expected (no|one|two|three) arguments?, got /,
    )
  })

  test('what engines give to the methods that they call is not one of them', () => {
    expect(JSON.stringify({ a })).toContain('[')
    expect(x['toString']!(10)).toBe(a.toString())
  })
})

test('what Node writes out below an uncaught error holds no array', () => {
  for (const call of [() => free['zeros']!(a.mul(2)), () => x['sum']!({ axis: a.mul(2) })])
    try {
      call()
    } catch (error) {
      expect(inspect(error, { customInspect: false })).not.toContain('storage')
    }
  expect.assertions(2)
})

describe('where errors begin', () => {
  test.each<[string, () => unknown]>([
    ['a method', () => a.sum({ axis: 7 as never })],
    ['a function', () => zeros([-1])],
    ['the constructor', () => new MLArray(['1'] as never)],
    ['a row', () => x['add']!('1')],
  ])('the stack starts at the line of the call: %s', (_, f) => {
    try {
      f()
    } catch (error) {
      expect((error as Error).stack!.split('\n')[1]).toContain('errors.test.ts')
    }
    expect.assertions(1)
  })

  test('a mistake inside a hook is shown there', () => {
    const y = a.mul(1)
    y.onGradient((g) => hooked(g))
    try {
      y.backward()
    } catch (error) {
      expect((error as Error).stack!.split('\n')[1]).toContain('hooked')
    }
    expect.assertions(1)
  })
})

test.each<[string, () => unknown]>([
  ['a hook', () => (onlyHooked(a.mul(1)).backward(), 0)],
  ['a function whose gradient is asked for', () => grad(slip)(new MLArray([1]))],
  ['a function of samples', () => vmap(slip)(new MLArray([[1]]))],
  ['a function that is run again', () => checkpoint(slip)(new MLArray([1]))],
])('a mistake with a Value inside %s is shown there', (_, f) => {
  try {
    f()
  } catch (error) {
    expect((error as Error).stack!.split('\n')[1]).toContain('slip')
  }
  expect.assertions(1)
})

function slip(given: MLArray): MLArray {
  return (given.at(0) as unknown as Loose)['add']!('1') as never
}

function onlyHooked(y: MLArray): MLArray {
  y.onGradient((g) => slip(g.reshape([-1])))
  return y
}

function hooked(g: MLArray): never {
  return (g as unknown as Loose)['add']!('1') as never
}

test('every message is used', () => {
  const folder = join(import.meta.dirname, '../src')
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
  const templates = [...read('errors.ts').matchAll(/^export function (\w+)/gm)].map(
    ([, name]) => name!,
  )
  const rest = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && name !== 'errors.ts')
    .map(read)
    .join('\n')
  expect(templates.filter((name) => !new RegExp(String.raw`\b${name}\(`).test(rest))).toEqual([])
})
