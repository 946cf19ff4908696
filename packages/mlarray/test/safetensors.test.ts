// safetensors: files made by hand from the specification are read, what is written has its form, and what
// lies is refused.
import { assert, dictionary, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MLArray } from '../src/index.ts'
import { fromSafetensors, safetensorsMetadata, toSafetensors } from '../src/safetensors.ts'
import { arrays, contentOf } from './files/array.ts'
import { ascii, fromHex, join, tensorsFile } from './files/build.ts'

const zeros = (size: number): Uint8Array => new Uint8Array(size)

const tensor = (dtype: string, shape: readonly number[], begin: number, end: number): object => ({
  dtype,
  shape,
  data_offsets: [begin, end],
})

/** A file of one tensor `x`. */
const single = (dtype: string, shape: readonly number[], hex: string): Uint8Array => {
  const data = fromHex(hex)
  return tensorsFile({ x: tensor(dtype, shape, 0, data.length) }, data)
}

describe('reads', () => {
  test.each([
    ['BOOL', '00 01', [0, 1]],
    ['U8', '01 ff', [1, 255]],
    ['I8', '01 ff', [1, -1]],
    ['U16', '0100 ffff', [1, 65535]],
    ['I16', '0100 ffff', [1, -1]],
    ['U32', '01000000 ffffffff', [1, 4294967295]],
    ['I32', '01000000 ffffffff', [1, -1]],
    ['U64', '0000000000002000 0100000001000000', [2 ** 53, 2 ** 32 + 1]],
    ['I64', '000000000000e0ff ffffffffffffffff', [-(2 ** 53), -1]],
    ['F64', '000000000000f87f 9a9999999999b93f', [NaN, 0.1]],
  ])('%s as float64', (dtype, hex, values) => {
    const { x } = fromSafetensors(single(dtype, [2], hex))
    expect(x!.dtype).toBe('float64')
    expect(x!.toList()).toEqual(values)
  })

  test.each([
    ['F32', '0000803f cdcccc3d', [1, Math.fround(0.1)]],
    ['F16', '003c 0080 ff7b 007c 007e 0100', [1, -0, 65504, Infinity, NaN, 2 ** -24]],
    ['BF16', '803f 20c1 80ff c07f 0100', [1, -10, -Infinity, NaN, 2 ** -133]],
  ])('%s as float32', (dtype, hex, values) => {
    const { x } = fromSafetensors(single(dtype, [values.length], hex))
    expect(x!.dtype).toBe('float32')
    expect(x!.toList()).toEqual(values)
  })

  test('every half-precision number as its formula has it', () => {
    const bits = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i)
    const data = new Uint8Array(bits.buffer)
    const { x } = fromSafetensors(tensorsFile({ x: tensor('F16', [2 ** 16], 0, 2 ** 17) }, data))
    const view = new DataView(bits.buffer) as DataView & {
      getFloat16(at: number, le: boolean): number
    }
    const wanted = Float32Array.from(bits, (_, i) => view.getFloat16(2 * i, true))
    expect(x!.toTypedArray()).toEqual(wanted)
  })

  test('several tensors, in the order of the header, whatever the order of their bytes', () => {
    const header = {
      b: tensor('U8', [], 2, 3),
      a: tensor('U8', [1, 2], 0, 2),
      none: tensor('F32', [0, 3], 3, 3),
    }
    const file = tensorsFile(`${JSON.stringify(header)}   `, Uint8Array.of(1, 2, 3))
    const result = fromSafetensors(file)
    expect(Object.keys(result)).toEqual(['b', 'a', 'none'])
    expect(Object.values(result).map((x) => x.toList())).toEqual([3, [[1, 2]], []])
    expect(result['none']!.shape).toEqual([0, 3])
  })

  test('an empty file', () => {
    expect(fromSafetensors(tensorsFile({}))).toEqual({})
    expect(fromSafetensors(toSafetensors({}))).toEqual({})
  })

  test('names that an object has anyway', () => {
    const file = tensorsFile(
      { constructor: tensor('U8', [], 0, 1), toString: tensor('U8', [], 1, 2) },
      Uint8Array.of(1, 2),
    )
    expect(Object.entries(fromSafetensors(file)).map(([name, x]) => [name, x.item()])).toEqual([
      ['constructor', 1],
      ['toString', 2],
    ])
  })

  test('with a dtype of one’s own, tracked or not', () => {
    const file = single('BF16', [1], '803f')
    const { x } = fromSafetensors(file, { dtype: 'float64', requiresGrad: false })
    expect([x!.dtype, x!.requiresGrad]).toEqual(['float64', false])
    expect(fromSafetensors(file)['x']!.requiresGrad).toBe(true)
  })

  test('metadata', () => {
    const file = tensorsFile({
      __metadata__: { format: 'pt', a: '"ü"' },
      x: tensor('U8', [0], 0, 0),
    })
    expect(safetensorsMetadata(file)).toEqual({ format: 'pt', a: '"ü"' })
    expect(Object.keys(fromSafetensors(file))).toEqual(['x'])
    expect(safetensorsMetadata(tensorsFile({}))).toEqual({})
  })
})

describe('writes', () => {
  test('the bytes of the specification', () => {
    const file = toSafetensors(
      { a: new MLArray([1], { dtype: 'float32' }), ü: new MLArray(-2) },
      { format: 'np' },
    )
    const text =
      '{"__metadata__":{"format":"np"},"ü":{"dtype":"F64","shape":[],"data_offsets":[0,8]},' +
      '"a":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}'
    expect(file).toEqual(
      join(
        fromHex('90 00 00 00 00 00 00 00'),
        new TextEncoder().encode(text.padEnd(143)),
        fromHex('00000000000000c0 0000803f'),
      ),
    )
  })

  test('and reads it back, whatever it is', () => {
    const name = string({ unit: 'binary' }).filter((s) => s !== '__proto__' && s !== '__metadata__')
    assert(
      property(
        dictionary(name, arrays, { maxKeys: 5 }),
        dictionary(name, string()),
        (record, metadata) => {
          const file = toSafetensors(record, metadata)
          const result = fromSafetensors(file)
          expect(Object.keys(result).toSorted()).toEqual(Object.keys(record).toSorted())
          for (const [key, x] of Object.entries(record))
            expect(contentOf(result[key]!)).toEqual(contentOf(x))
          expect(safetensorsMetadata(file)).toEqual({ ...metadata })
        },
      ),
      { numRuns: 50 },
    )
  })

  test('what the format can hold only', () => {
    const x = new MLArray([1])
    expect(() => toSafetensors([x] as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: toSafetensors: expected an object of arrays by name, got [an object (MLArray)].]`,
    )
    expect(() => toSafetensors({ x: 1 as never })).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: toSafetensors: "x": expected an MLArray, got 1.]`,
    )
    expect(() => toSafetensors({ __metadata__: x })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: toSafetensors: the name "__metadata__" is taken by the format.]`,
    )
    expect(() => toSafetensors({ ['__proto__']: x })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: toSafetensors: the name "__proto__" is not allowed.]`,
    )
    expect(() => toSafetensors({ '\ud800': x })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: toSafetensors: the name "\\ud800" is no valid Unicode.]`,
    )
    expect(() => toSafetensors({ x }, { step: 3 as never })).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: toSafetensors: metadata "step" must be a string, got 3.]`,
    )
    expect(() => toSafetensors({ x }, { step: '\ud800' })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: toSafetensors: "step": the text is no valid Unicode.]`,
    )
    expect(() => toSafetensors({ x }, 'np' as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: toSafetensors: expected metadata as an object of strings, got the string "np".]`,
    )
  })
})

describe('refuses', () => {
  const refusal =
    (header: object | string, data = zeros(8)): (() => unknown) =>
    () =>
      fromSafetensors(tensorsFile(header, data))

  test('what is no file, or cut off', () => {
    const good = single('F64', [1], '000000000000f03f')
    expect(() => fromSafetensors('x' as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: fromSafetensors: expected a Uint8Array, got the string "x".]`,
    )
    expect(() => fromSafetensors(good.subarray(0, 7))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the file is cut off: the size of the header would take 8 bytes, 7 are there.]`,
    )
    expect(() => fromSafetensors(good.subarray(0, 20))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the file is cut off: the header would take 54 bytes, 12 are there.]`,
    )
    expect(() => fromSafetensors(good.subarray(0, -1))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": data_offsets [0, 8] are no beginning and end within 7 bytes.]`,
    )
    for (let length = 0; length < good.length; length++)
      expect(() => fromSafetensors(good.subarray(0, length))).toThrow(/^fromSafetensors: /)
  })

  test('a header of an impossible size', () => {
    const lie =
      (size: number): (() => unknown) =>
      () =>
        fromSafetensors(tensorsFile({}, zeros(0), size))
    expect(lie(2 ** 40)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: a header of 1099511627776 bytes is too long; at most 100000000 are read.]`,
    )
    expect(lie(1000)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the file is cut off: the header would take 1000 bytes, 2 are there.]`,
    )
    expect(lie(0)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header ends at position 0; expected an object.]`,
    )
    expect(lie(1)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header ends at position 1; expected a string.]`,
    )
  })

  test('dtypes with no counterpart', () => {
    expect(refusal({ x: tensor('C64', [1], 0, 8) })).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: fromSafetensors: "x": dtype "C64" cannot be read; arrays are made from booleans, integers of 8 to 64 bits and floats of 16, 32 and 64 bits.]`,
    )
    expect(refusal({ x: tensor('F8_E4M3', [8], 0, 8) })).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: fromSafetensors: "x": dtype "F8_E4M3" cannot be read; arrays are made from booleans, integers of 8 to 64 bits and floats of 16, 32 and 64 bits.]`,
    )
    expect(refusal({ x: tensor('toString', [8], 0, 8) })).toThrow(TypeError)
  })

  test('numbers with no counterpart', () => {
    expect(() =>
      fromSafetensors(single('I64', [1], '0100000000002000')),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": element 0 is 9007199254740993, beyond ±2⁵³, where doubles skip integers.]`,
    )
    expect(() =>
      fromSafetensors(single('U64', [1], 'ffffffffffffffff')),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": element 0 is 18446744073709551615, beyond ±2⁵³, where doubles skip integers.]`,
    )
    expect(() => fromSafetensors(single('BOOL', [2], '01 07'))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": element 1 is the byte 7; a boolean is 0 or 1.]`,
    )
  })

  test('shapes that do not fit the bytes', () => {
    expect(refusal({ x: tensor('F32', [3], 0, 8) })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": shape [3] of float32 takes 12 bytes, the file has 8 for it.]`,
    )
    expect(refusal({ x: tensor('F32', [-2], 0, 8) })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": dimension -2 of shape [-2] is no integer from 0 to 2⁵³ − 1.]`,
    )
    expect(refusal({ x: tensor('F32', [-1, -2], 0, 8) })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": dimension -1 of shape [-1, -2] is no integer from 0 to 2⁵³ − 1.]`,
    )
    expect(
      refusal({ x: tensor('F32', [2 ** 32, 2 ** 32], 0, 8) }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": shape [4294967296, 4294967296] is too large; an array has at most 2³² elements.]`,
    )
    expect(
      refusal(`{"x":{"dtype":"U8","shape":[${'9'.repeat(400)}],"data_offsets":[0,8]}}`),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": dimension Infinity of shape [Infinity] is no integer from 0 to 2⁵³ − 1.]`,
    )
    expect(refusal({ x: tensor('U8', [2 ** 33], 0, 2 ** 33) })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": data_offsets [0, 8589934592] are no beginning and end within 8 bytes.]`,
    )
    expect(
      refusal(`{"x":{"dtype":"U8","shape":[8.0],"data_offsets":[0,8]}}`),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header has "8.0],\\"data_o" at position 28; expected an integer.]`,
    )
    expect(
      refusal(`{"x":{"dtype":"U8","shape":"8","data_offsets":[0,8]}}`),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": shape must be a list of integers.]`,
    )
    expect(
      refusal({
        x: tensor(
          'U8',
          Array.from({ length: 65 }, () => 1),
          0,
          1,
        ),
      }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": 65 axes are too many; NumPy's limit is 64.]`,
    )
  })

  test('offsets out of range, descending, or not two', () => {
    expect(refusal({ x: tensor('U8', [9], 0, 9) })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": data_offsets [0, 9] are no beginning and end within 8 bytes.]`,
    )
    expect(refusal({ x: tensor('U8', [8], -8, 0) })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": data_offsets [-8, 0] are no beginning and end within 8 bytes.]`,
    )
    expect(refusal({ x: tensor('U8', [8], 8, 0) })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": data_offsets [8, 0] are no beginning and end within 8 bytes.]`,
    )
    expect(
      refusal({ x: { dtype: 'U8', shape: [8], data_offsets: [0, 4, 8] } }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": data_offsets [0, 4, 8] are no beginning and end within 8 bytes.]`,
    )
    expect(
      refusal({ x: { dtype: 'U8', shape: [8], data_offsets: [] } }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": data_offsets [] are no beginning and end within 8 bytes.]`,
    )
  })

  test('tensors that overlap, and bytes that belong to none', () => {
    const u8 = (begin: number, end: number): object => tensor('U8', [end - begin], begin, end)
    expect(refusal({ a: u8(0, 5), b: u8(4, 8) })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "b": bytes 4 to 5 belong to "a" as well.]`,
    )
    expect(refusal({ a: u8(0, 8), b: u8(0, 8) })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "b": bytes 0 to 8 belong to "a" as well.]`,
    )
    expect(refusal({ a: u8(0, 3), b: u8(4, 8) })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: bytes 3 to 4 of the data belong to no tensor.]`,
    )
    expect(refusal({ a: u8(1, 8) })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: bytes 0 to 1 of the data belong to no tensor.]`,
    )
    expect(refusal({ a: u8(0, 7) })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: bytes 7 to 8 of the data belong to no tensor.]`,
    )
    expect(refusal({ a: u8(0, 8), none: u8(4, 4) })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "none": bytes 4 to 8 belong to "a" as well.]`,
    )
    expect(refusal({})).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: bytes 0 to 8 of the data belong to no tensor.]`,
    )
  })

  test('names twice, or __proto__', () => {
    const x = JSON.stringify(tensor('U8', [8], 0, 8))
    expect(refusal(`{"x":${x},"x":${x}}`)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the name "x" occurs twice.]`,
    )
    expect(refusal(`{"x":${x},"\\u0078":${x}}`)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the name "x" occurs twice.]`,
    )
    expect(refusal(`{"__proto__":${x}}`)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the name "__proto__" is not allowed.]`,
    )
    expect(refusal(`{"x":{"dtype":"U8","dtype":"U8"}}`)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the name "dtype" occurs twice.]`,
    )
    expect(refusal(`{"__metadata__":{"__proto__":"a"}}`)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the name "__proto__" is not allowed.]`,
    )
    expect(refusal(`{"\\ud800":${x}}`)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the name "\\ud800" is no valid Unicode.]`,
    )
    expect(({} as { dtype?: string }).dtype).toBeUndefined()
  })

  test('fields that a tensor does not have', () => {
    expect(
      refusal({ x: { ...tensor('U8', [8], 0, 8), offset: 1 } }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": a tensor has no field "offset".]`,
    )
    expect(refusal({ x: { shape: [8], data_offsets: [0, 8] } })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": dtype must be a string.]`,
    )
    expect(
      refusal({ x: { dtype: 'U8', data_offsets: [0, 8] } }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": shape must be a list of integers.]`,
    )
    expect(refusal({ x: 3 })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": a tensor must be an object.]`,
    )
    expect(refusal({ __metadata__: { a: 3 } })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "__metadata__": "a" is no string.]`,
    )
    expect(refusal({ __metadata__: 'a' })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "__metadata__": this must be an object of strings.]`,
    )
  })

  test('text that is not JSON', () => {
    expect(refusal('')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header ends at position 0; expected an object.]`,
    )
    expect(refusal('[]')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header has "[]" at position 0; expected an object.]`,
    )
    expect(refusal(' {}')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header has " {}" at position 0; expected an object.]`,
    )
    expect(refusal('{"x"')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header ends at position 4; expected a colon.]`,
    )
    expect(refusal('{"x" 1}')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header has "1}" at position 5; expected a colon.]`,
    )
    expect(refusal('{"x": 1 "y"}')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header has "\\"y\\"}" at position 8; expected a comma or }.]`,
    )
    expect(refusal('{"x": 1,}')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header has "}" at position 8; expected a string.]`,
    )
    expect(refusal('{"x": tru')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header has "tru" at position 6; expected a string, an integer, a list or an object.]`,
    )
    expect(refusal('{"x": null}')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header has "null}" at position 6; expected a string, an integer, a list or an object.]`,
    )
    expect(refusal('{"x": 01}')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header has "01}" at position 6; expected an integer.]`,
    )
    expect(refusal('{"x": -}')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header has "-}" at position 6; expected an integer.]`,
    )
    expect(refusal('{"x": 1e9}')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header has "1e9}" at position 6; expected an integer.]`,
    )
    expect(refusal('{"x')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header has "\\"x" at position 1; expected a whole string.]`,
    )
    expect(refusal('{"x\\')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header has "\\"x\\\\" at position 1; expected a whole string.]`,
    )
    expect(refusal('{"\n": 1}')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header has "\\"\\n\\": 1}" at position 1; expected a whole string.]`,
    )
    expect(refusal('{} {}')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header has "{}" at position 3; expected nothing after the object.]`,
    )
    expect(refusal('{}\0')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header has "\\u0000" at position 2; expected nothing after the object.]`,
    )
  })

  test('text that is nested without end', () => {
    expect(refusal(`{"x":${'['.repeat(100_000)}`)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header is nested more than 3 deep.]`,
    )
    expect(refusal('{"x":'.repeat(100_000))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header is nested more than 3 deep.]`,
    )
  })

  test('text that is not UTF-8', () => {
    const broken = join(fromHex('03 00 00 00 00 00 00 00'), ascii('{\xff}'))
    expect(() => fromSafetensors(broken)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header is not UTF-8.]`,
    )
    const marked = join(fromHex('05 00 00 00 00 00 00 00'), ascii('\xef\xbb\xbf{}'))
    expect(() => fromSafetensors(marked)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the header has "﻿{}" at position 0; expected an object.]`,
    )
  })

  test('in metadata alone just the same', () => {
    expect(() => safetensorsMetadata(tensorsFile('{"x'))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: safetensorsMetadata: the header has "\\"x" at position 1; expected a whole string.]`,
    )
    expect(() => safetensorsMetadata([] as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: safetensorsMetadata: expected a Uint8Array, got [].]`,
    )
  })
})
