// safetensors: files that PyTorch wrote and files made by hand from the specification are read, what is written has its form, and what
// lies is refused.
import { assert, dictionary, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MLArray } from '../src/index.ts'
import { fromSafetensors, safetensorsMetadata, toSafetensors } from '../src/safetensors.ts'
import { arrays, contentOf, names } from './files/array.ts'
import made from './files/by-safetensors.json' with { type: 'json' }
import { fromBase64, fromHex, join, tensor, tensorFile, tensorsFile } from './files/build.ts'

describe('reads', () => {
  test.each(Object.entries(made.values))('what PyTorch writes: %s', (name, [shape, values]) => {
    const x = fromSafetensors(fromBase64(made.base64))[name]!
    expect(x.shape).toEqual(shape)
    expect(x.toList()).toEqual(values)
    expect(x.dtype).toBe(/float(16|32)|layers|size/.test(name) ? 'float32' : 'float64')
  })

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
    const { x } = fromSafetensors(tensorFile(dtype, [2], hex))
    expect(x!.dtype).toBe('float64')
    expect(x!.toList()).toEqual(values)
  })

  test.each([
    ['F32', '0000803f cdcccc3d', [1, Math.fround(0.1)]],
    ['F16', '003c 0080 ff7b 007c 007e 0100', [1, -0, 65504, Infinity, NaN, 2 ** -24]],
    ['BF16', '803f 20c1 80ff c07f 0100', [1, -10, -Infinity, NaN, 2 ** -133]],
  ])('%s as float32', (dtype, hex, values) => {
    const { x } = fromSafetensors(tensorFile(dtype, [values.length], hex))
    expect(x!.dtype).toBe('float32')
    expect(x!.toList()).toEqual(values)
  })

  test('every half-precision number as its formula has it', () => {
    const bits = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i)
    const data = new Uint8Array(bits.buffer)
    const { x } = fromSafetensors(tensorsFile({ x: tensor('F16', [2 ** 16], 0, 2 ** 17) }, data))
    // A sign, five bits of the exponent, ten of the fraction; DataView reads them from Node 24 on only.
    const wanted = Float32Array.from(bits, (half) => {
      const [sign, exponent, fraction] = [half >> 15 ? -1 : 1, (half >> 10) & 31, half & 1023]
      if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
      if (exponent === 0) return sign * fraction * 2 ** -24
      return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
    })
    expect(x!.toTypedArray()).toEqual(wanted)
  })

  test('several tensors, in the order of the header, whatever the order of their bytes', () => {
    const header = {
      b: tensor('U8', [], 2, 3),
      a: tensor('U8', [1, 2], 0, 2),
      none: tensor('F32', [0, 3], 3, 3),
      before: tensor('F32', [0], 0, 0),
    }
    const file = tensorsFile(`${JSON.stringify(header)}   `, Uint8Array.of(1, 2, 3))
    const result = fromSafetensors(file)
    expect(Object.keys(result)).toEqual(['b', 'a', 'none', 'before'])
    expect(Object.values(result).map((x) => x.toList())).toEqual([3, [[1, 2]], [], []])
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
    const file = tensorFile('BF16', [1], '803f')
    const { x } = fromSafetensors(file, { dtype: 'float64', requiresGrad: false })
    expect([x!.dtype, x!.requiresGrad]).toEqual(['float64', false])
    expect(fromSafetensors(file)['x']!.requiresGrad).toBe(true)
  })

  test('metadata', () => {
    expect(safetensorsMetadata(fromBase64(made.base64))).toEqual({ format: 'pt', note: 'ü "' })
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
    assert(
      property(
        dictionary(names, arrays, { maxKeys: 5 }),
        dictionary(names, names),
        (record, metadata) => {
          const file = toSafetensors(record, metadata)
          const result = fromSafetensors(file)
          expect(Object.keys(result).toSorted()).toEqual(Object.keys(record).toSorted())
          for (const [key, x] of Object.entries(record))
            expect(contentOf(result[key]!)).toEqual(contentOf(x))
          expect(safetensorsMetadata(file)).toEqual({ ...metadata })
        },
      ),
      { numRuns: 200 },
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
