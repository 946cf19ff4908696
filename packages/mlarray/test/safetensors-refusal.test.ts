// safetensors that lie: each lie is refused before memory is allocated, and told in words.
import { describe, expect, test } from 'vitest'
import { fromSafetensors, safetensorsMetadata } from '../src/safetensors.ts'
import { ascii, fromHex, join, tensor, tensorsFile, tensorFile } from './files/build.ts'

const zeros = (size: number): Uint8Array => new Uint8Array(size)

describe('refuses', () => {
  const refusal =
    (header: object | string, data = zeros(8)): (() => unknown) =>
    () =>
      fromSafetensors(tensorsFile(header, data))

  test('what is no file, or cut off', () => {
    const good = tensorFile('F64', [1], '000000000000f03f')
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
    expect(lie(9)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: the file is cut off: the header would take 9 bytes, 2 are there.]`,
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
      fromSafetensors(tensorFile('I64', [1], '0100000000002000')),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": element 0 is 9007199254740993, beyond ±2⁵³, where doubles skip integers.]`,
    )
    expect(() =>
      fromSafetensors(tensorFile('U64', [1], 'ffffffffffffffff')),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromSafetensors: "x": element 0 is 18446744073709551615, beyond ±2⁵³, where doubles skip integers.]`,
    )
    expect(() =>
      fromSafetensors(tensorFile('BOOL', [2], '01 07')),
    ).toThrowErrorMatchingInlineSnapshot(
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
