// Random programs mean the same by fast kernels, plain ones and scalar Values, with derivatives, and no
// operation that users have is missing from them.
import { assert, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as smol from '../src/index.ts'
import { compared, programs } from './fuzz/programs.ts'
import { steps } from './fuzz/steps.ts'
import { sample } from './sample.ts'

test('three readings of random programs', () => {
  assert(
    property(programs, (program) => {
      expect(compared(program)).toBe('same')
    }),
    { numRuns: 300 },
  )
})

describe('programs know', () => {
  /** What no program has, by the reason for that. */
  const elsewhere = {
    'what is known of an array': 'constructor dtype requiresGrad op label',
    'what reads a program': 'backward grad gradNode zeroGrad unroll',
    'changes of leaves, after which a graph is not valid': 'set assign',
    'hooks, which the elements of an array do not have': 'onGradient',
    'results that are no arrays':
      'item toList toTypedArray toString toJSON allClose arrayEqual toDot toMermaid kernelMemory',
    'other numbers at every call':
      'rand randn xavierUniform xavierNormal heUniform heNormal orthogonal truncatedNormal manualSeed',
    'settings and classes':
      'setKernels setThreads setDefaultDtype detectAnomaly MLArray Value ShapeError Generator',
  }
  const excused = Object.values(elsewhere).join(' ').split(' ')
  const text = Object.values(steps).map(String).join('\n')
  const methods = Object.getOwnPropertyNames(smol.MLArray.prototype)
  const functions = Object.entries(smol).flatMap(([name, f]) =>
    typeof f === 'function' ? [name] : [],
  )

  test.each(Object.entries({ methods, functions }))('all %s', (_, names) => {
    const missing = names.filter(
      (name) => !(name in steps) && !new RegExp(`\\b${name}\\)?\\(|\\.${name}\\b`).test(text),
    )
    expect(missing.filter((name) => !excused.includes(name))).toEqual([])
  })

  test('nothing that is not there', () => {
    expect(excused.filter((name) => ![...methods, ...functions].includes(name))).toEqual([])
  })

  test.each(Object.keys(steps))('%s, of every rank', (name) => {
    for (const shape of [[7], [1, 1], [3, 4], [2, 3, 3]])
      for (let by = 0; by < 10; by++) {
        const other = sample(shape, 'float64', { start: 1 })
        expect(steps[name]!(sample(shape), by, other)).toBeInstanceOf(smol.MLArray)
      }
  })
})
