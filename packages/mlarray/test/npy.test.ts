// npy: what NumPy wrote is read, what is written is what NumPy reads, and what lies is refused.
import { runInNewContext } from 'node:vm'
import { assert, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MLArray, ones } from '../src/index.ts'
import { fromNpy, toNpy } from '../src/npy.ts'
import { arrays, contentOf } from './files/array.ts'
import { ascii, fromBase64, fromHex, join, npyFile } from './files/build.ts'
import files from './files/by-numpy.json' with { type: 'json' }

const header = (descr: string, shape: string, order = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`

const zeros = (size: number): Uint8Array => new Uint8Array(size)

describe('reads what NumPy writes', () => {
  test.each(files.npy)('$name', ({ name, shape, values, base64 }) => {
    const x = fromNpy(fromBase64(base64))
    expect(x.shape).toEqual(shape)
    const wanted = values.map(Number)
    // What NumPy says of float32 numbers has the digits of a double.
    expect([...x.toTypedArray()]).toEqual(x.dtype === 'float32' ? wanted.map(Math.fround) : wanted)
    expect(x.dtype).toBe(/f[24]|half|three axes/.test(name) ? 'float32' : 'float64')
  })

  test('bytes that start anywhere in memory', () => {
    const whole = join(zeros(3), fromBase64(files.npy[0]!.base64))
    expect(fromNpy(whole.subarray(3)).toList()).toEqual([-1, 2, -128, 100])
    const { bytes } = runInNewContext('({ bytes: new Uint8Array(source) })', {
      source: whole.slice(3),
    })
    expect(fromNpy(bytes as Uint8Array).toList()).toEqual([-1, 2, -128, 100])
    expect(fromNpy(Buffer.from(files.npy[0]!.base64, 'base64')).toList()).toEqual([
      -1, 2, -128, 100,
    ])
  })

  test('headers in any order and spelling that Python has', () => {
    const text = `{ "shape":(2,1) ,'fortran_order' : True,\n"descr":"|u1"}   \n`
    expect(fromNpy(npyFile(text, Uint8Array.of(7, 8))).toList()).toEqual([[7], [8]])
    expect(fromNpy(npyFile(header('|u1', '(-0,)'), zeros(0))).shape).toEqual([0])
    // Python 2 wrote long integers with an L.
    expect(fromNpy(npyFile(header('|u1', '(1L, 2L)'), Uint8Array.of(7, 8))).shape).toEqual([1, 2])
  })
})

describe('options', () => {
  const file = fromBase64(files.npy.find(({ name }) => name === '<f4')!.base64)

  test('a dtype of one’s own', () => {
    expect(fromNpy(file).dtype).toBe('float32')
    expect(fromNpy(file, { dtype: 'float64' }).dtype).toBe('float64')
    expect(fromNpy(file, { dtype: 'float64' }).toTypedArray()[2]).toBe(Math.fround(0.1))
    expect(() => fromNpy(file, { dtype: 'int8' as never })).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: fromNpy: dtype must be 'float64' or 'float32', got the string "int8".]`,
    )
  })

  test('tracked like any array that a user makes, unless it is said otherwise', () => {
    const x = fromNpy(toNpy(new MLArray([1, 2])))
    x.mul(3).backward()
    expect(x.grad().toList()).toEqual([3, 3])
    expect(fromNpy(file, { requiresGrad: false }).requiresGrad).toBe(false)
  })

  test('memory of its own', () => {
    const bytes = toNpy(new MLArray([1, 2]))
    const x = fromNpy(bytes)
    bytes.fill(0)
    expect(x.toList()).toEqual([1, 2])
  })
})

describe('writes', () => {
  test('the bytes that numpy.save writes', () => {
    const x = new MLArray([1, -0.5], { dtype: 'float32' })
    expect(toNpy(x)).toEqual(
      join(
        fromHex('93 4e 55 4d 50 59 01 00 76 00'),
        ascii(`${header('<f4', '(2,)').padEnd(117)}\n`),
        fromHex('0000803f 000000bf'),
      ),
    )
  })

  test.each(['rank 0', 'size 0', '<f4', '<f8'])('%s as NumPy does', (name) => {
    const { base64 } = files.npy.find((file) => file.name === name)!
    expect(toNpy(fromNpy(fromBase64(base64)))).toEqual(fromBase64(base64))
  })

  test('results, views and tracked arrays in row-major order', () => {
    const x = new MLArray([
      [1, 2, 3],
      [4, 5, 6],
    ])
    expect(fromNpy(toNpy(x.T)).toList()).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ])
    expect(fromNpy(toNpy(x.sum({ axis: 0 }))).toList()).toEqual([5, 7, 9])
  })

  test('and reads it back, whatever it is', () => {
    assert(
      property(arrays, (x) => {
        const bytes = toNpy(x)
        expect(contentOf(fromNpy(bytes))).toEqual(contentOf(x))
        expect((bytes.length - x.size * (x.dtype === 'float32' ? 4 : 8)) % 64).toBe(0)
      }),
      { numRuns: 300 },
    )
  })

  test('only arrays, of up to 64 axes', () => {
    expect(() => toNpy([1, 2] as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: toNpy: expected an MLArray, got [1, 2].]`,
    )
    const shape: number[] = Array.from({ length: 65 }, () => 1)
    expect(() => toNpy(ones(shape))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: toNpy: 65 axes are too many; NumPy's limit is 64.]`,
    )
    expect(fromNpy(toNpy(ones(shape.slice(1)))).ndim).toBe(64)
  })
})

describe('refuses what has no counterpart here', () => {
  const read = (name: string): unknown =>
    fromNpy(fromBase64(files.refused.find((file) => file.name === name)!.base64))

  test('every file of the list', () => {
    for (const { name } of files.refused)
      expect(() => read(name), name).toThrow(expect.objectContaining({ op: 'fromNpy' }))
  })

  test('integers beyond 2⁵³', () => {
    expect(() => read('integer beyond 2**53')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: element 1 is 9007199254740993, beyond ±2⁵³, where doubles skip integers.]`,
    )
    expect(() => read('integer below -2**53')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: element 0 is -9007199254740993, beyond ±2⁵³, where doubles skip integers.]`,
    )
    expect(() => read('unsigned beyond 2**53')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: element 0 is 18446744073709551615, beyond ±2⁵³, where doubles skip integers.]`,
    )
  })

  test('other kinds of data', () => {
    expect(() => read('complex')).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: fromNpy: dtype "<c16" (complex numbers) cannot be read; arrays are made from booleans, integers of 8 to 64 bits and floats of 16, 32 and 64 bits.]`,
    )
    expect(() => read('unicode')).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: fromNpy: dtype "<U2" (strings) cannot be read; arrays are made from booleans, integers of 8 to 64 bits and floats of 16, 32 and 64 bits.]`,
    )
    expect(() => read('bytes')).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: fromNpy: dtype "|S2" (strings) cannot be read; arrays are made from booleans, integers of 8 to 64 bits and floats of 16, 32 and 64 bits.]`,
    )
    expect(() => read('pickle')).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: fromNpy: dtype "|O" (pickled objects, which are programs) cannot be read; arrays are made from booleans, integers of 8 to 64 bits and floats of 16, 32 and 64 bits.]`,
    )
    expect(() => read('date')).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: fromNpy: dtype "<M8[D]" (dates) cannot be read; arrays are made from booleans, integers of 8 to 64 bits and floats of 16, 32 and 64 bits.]`,
    )
    expect(() => read('duration')).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: fromNpy: dtype "<m8[s]" (durations) cannot be read; arrays are made from booleans, integers of 8 to 64 bits and floats of 16, 32 and 64 bits.]`,
    )
    expect(() => read('structured')).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: fromNpy: dtype "[…]" (structured) cannot be read; arrays are made from booleans, integers of 8 to 64 bits and floats of 16, 32 and 64 bits.]`,
    )
    expect(() => read('raw')).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: fromNpy: dtype "|V2" (raw memory) cannot be read; arrays are made from booleans, integers of 8 to 64 bits and floats of 16, 32 and 64 bits.]`,
    )
    expect(() => read('long double')).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: fromNpy: dtype "<f16" (extended precision) cannot be read; arrays are made from booleans, integers of 8 to 64 bits and floats of 16, 32 and 64 bits.]`,
    )
  })

  test('dtypes that NumPy does not write', () => {
    for (const descr of ['f8', '=f8', '|f8', '<f3', '<x8', '', '<', 'toString', '<constructor'])
      expect(() => fromNpy(npyFile(header(descr, '(1,)'), zeros(8)))).toThrow(TypeError)
    expect(() =>
      fromNpy(npyFile(header('f8', '(1,)'), zeros(8))),
    ).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: fromNpy: dtype "f8" cannot be read; arrays are made from booleans, integers of 8 to 64 bits and floats of 16, 32 and 64 bits.]`,
    )
  })

  test('a boolean that is neither 0 nor 1', () => {
    const file = npyFile(header('|b1', '(2,)'), Uint8Array.of(1, 2))
    expect(() => fromNpy(file)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: element 1 is the byte 2; a boolean is 0 or 1.]`,
    )
  })
})

describe('refuses what is no npy file', () => {
  const good = npyFile(header('<f8', '(2,)'), zeros(16))

  test('no bytes at all', () => {
    expect(() => fromNpy('x.npy' as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: fromNpy: expected a Uint8Array, got the string "x.npy".]`,
    )
    expect(() => fromNpy(good.buffer as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: fromNpy: expected a Uint8Array, got an object (ArrayBuffer). new Uint8Array(buffer) is one.]`,
    )
  })

  test('another format', () => {
    expect(() => fromNpy(ascii('PK\x03\x04 and so on'))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: this is no npy file: it does not start with \\x93NUMPY.]`,
    )
    const other = good.slice()
    other[6] = 4
    expect(() => fromNpy(other)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: version 4.0 cannot be read; versions 1.0 to 3.0 can.]`,
    )
    other.set([1, 1], 6)
    expect(() => fromNpy(other)).toThrow('version 1.1')
  })

  test('a file that is cut off, wherever', () => {
    expect(() => fromNpy(good.subarray(0, 4))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: the file is cut off: the preamble would take 10 bytes, 4 are there.]`,
    )
    expect(() => fromNpy(good.subarray(0, 40))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: the file is cut off: the header would take 57 bytes, 30 are there.]`,
    )
    expect(() => fromNpy(good.subarray(0, -1))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: shape [2] of float64 takes 16 bytes, the file has 15 for it.]`,
    )
    for (let length = 0; length < good.length; length++)
      expect(() => fromNpy(good.subarray(0, length))).toThrow(/^fromNpy: /)
  })

  test('bytes after the numbers', () => {
    expect(() => fromNpy(join(good, zeros(3)))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: shape [2] of float64 takes 16 bytes, the file has 19 for it.]`,
    )
  })
})

describe('refuses a header that lies', () => {
  const refusal =
    (text: string, data = zeros(16)): (() => unknown) =>
    () =>
      fromNpy(npyFile(text, data))

  test('about the shape', () => {
    expect(refusal(header('<f8', '(3,)'))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: shape [3] of float64 takes 24 bytes, the file has 16 for it.]`,
    )
    expect(refusal(header('<f8', '(-2,)'))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: dimension -2 of shape [-2] is no integer from 0 to 2⁵³ − 1.]`,
    )
    expect(refusal(header('<f8', '(-1, -2)'))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: dimension -1 of shape [-1, -2] is no integer from 0 to 2⁵³ − 1.]`,
    )
    expect(refusal(header('<f8', '(99999999999999999999,)'))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: dimension 100000000000000000000 of shape [100000000000000000000] is no integer from 0 to 2⁵³ − 1.]`,
    )
    expect(refusal(header('|u1', '(131072, 131072)'))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: shape [131072, 131072] is too large; an array has at most 2³² elements.]`,
    )
    expect(refusal(header('<f8', '(4294967296, 4294967296)'))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: shape [4294967296, 4294967296] is too large; an array has at most 2³² elements.]`,
    )
    expect(
      refusal(header('<f8', '(1099511627776, 1099511627776, 0)'), zeros(0)),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: shape [1099511627776, 1099511627776, 0] is too large; an array has at most 2³² elements.]`,
    )
    expect(refusal(header('<f8', `(${'1, '.repeat(65)})`))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: 65 axes are too many; NumPy's limit is 64.]`,
    )
  })

  test('about its own size', () => {
    const text = header('<f8', '(2,)')
    const lie = (size: number): Uint8Array => npyFile(text, zeros(16), { version: 2, size })
    expect(() => fromNpy(lie(2 ** 32 - 1))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: the file is cut off: the header would take 4294967295 bytes, 73 are there.]`,
    )
    expect(() => fromNpy(lie(3))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: the header has "'d" at position 1; expected a field in quotes.]`,
    )
    const long = npyFile(text.padEnd(70_000), zeros(16), { version: 2 })
    expect(() => fromNpy(long)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: a header of 70000 bytes is too long; at most 65535 are read.]`,
    )
  })

  test('in its fields', () => {
    expect(refusal(`{'descr': '<f8', 'descr': '<f8'}`)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: the header has the field "descr" twice.]`,
    )
    expect(refusal(`{'__proto__': '<f8'}`)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: the header has a field "__proto__" that npy does not know.]`,
    )
    expect(refusal(`{'descr': '<f8', 'shape': (2,)}`)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: the header has no field "fortran_order".]`,
    )
    expect(refusal(`{}`)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: the header has no field "descr".]`,
    )
  })

  test('in its grammar', () => {
    expect(refusal('')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: the header ends at position 0; expected a dictionary.]`,
    )
    expect(refusal(header('<f8', '(2)'))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: the header has "(2), }" at position 50; expected a tuple of integers.]`,
    )
    expect(refusal(header('<f8', '[2]'))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: the header has "[2], }" at position 50; expected a tuple of integers.]`,
    )
    expect(refusal(header('<f8', '(2,)', '0'))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: the header has "0, 'shape': " at position 34; expected True or False.]`,
    )
    expect(refusal(`{'descr': '<f8' 'shape': (2,)}`)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: the header has "'shape': (2," at position 16; expected a comma or a closing brace.]`,
    )
    expect(refusal(`${header('<f8', '(2,)')}; import os`)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: the header has "; import os" at position 57; expected nothing after the dictionary.]`,
    )
    expect(refusal(`{'descr': '<f\\x38'}`)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: the header has "'<f\\\\x38'}" at position 10; expected a dtype in quotes.]`,
    )
    expect(refusal(`{'shape': ${'('.repeat(50_000)}`)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: the header has "((((((((((((" at position 10; expected a tuple of integers.]`,
    )
  })

  test('in its encoding', () => {
    const broken = npyFile(`${header('<f8', '(2,)')}\xff`, zeros(16), { version: 3 })
    expect(() => fromNpy(broken)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpy: the header is not UTF-8.]`,
    )
  })

  test('with the shape and the bytes as fields of the error', () => {
    expect(refusal(header('<f8', '(3,)'))).toThrow(
      expect.objectContaining({ op: 'fromNpy', shape: [3], needed: 24, given: 16 }),
    )
  })
})
