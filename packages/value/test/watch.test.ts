// Somebody who watches sees every result and every derivative, and changes none of them.
import { expect, test } from 'vitest'
import { dot, jvp, sum, Value, where } from '../src/index.ts'
import { gradients, watched, type Node, type Watcher } from '../src/graph.ts'

/** What a watcher was told, as short texts. */
function listening(): { readonly told: string[]; readonly by: Watcher } {
  const told: string[] = []
  const text = (x: unknown): string => (x instanceof Value ? String(x.data) : String(x))
  return {
    told,
    by: {
      made: (op, y, inputs) => told.push(`${op.name}(${inputs.map(text).join()}) = ${text(y)}`),
      passes: (root) => told.push(`pass from ${root.op}`),
      derives: (node, dy, derive, derived) => {
        const result = derive()
        told.push(`${node.op}: ${text(dy)} gives ${derived(result).map(text).join()}`)
        return result
      },
    },
  }
}

test('sees results of one, two, three and many operands, tracked or not', () => {
  const { told, by } = listening()
  const two = new Value(2)
  watched(by, () => {
    two.square()
    two.add(new Value(1, { requiresGrad: false }))
    two.clip(0, 1)
    where(true, 3, 4)
    sum([two, 5])
    dot([two], [3], 1)
  })
  two.neg()
  expect(told).toEqual([
    'square(2) = 4',
    'add(2,1) = 3',
    'clip(2,0,1) = 1',
    'where(1,3,4) = 3',
    'sum(2,5) = 7',
    'dot(2,3,1) = 7',
  ])
})

test('sees the share of each tracked input in a pass, and the pass comes out as without', () => {
  const run = (by?: Watcher): number[] => {
    const [a, b] = [new Value(2), new Value(3)]
    const y = a.mul(b).add(1).mul(a)
    watched(by, () => y.backward())
    watched(by, () => y.backward())
    return [a.grad, b.grad]
  }
  const { told, by } = listening()
  expect(run(by)).toEqual(run())
  // Both passes tell the same; what a rule computes with is seen as well.
  const half = told.length / 2
  expect(told.slice(half)).toEqual(told.slice(0, half))
  expect(told.slice(0, half).filter((each) => !each.includes('='))).toEqual([
    'pass from mul',
    'mul: 1 gives 2,undefined',
    'mul: 1 gives undefined,7',
    'add: 2 gives 2,undefined',
    'mul: 2 gives 6,undefined',
    'mul: 2 gives undefined,4',
  ])
})

test('sees gradients that are asked for alone, and tangents', () => {
  const { told, by } = listening()
  const x = new Value(3)
  const y = x.square().neg()
  const heard = (part: string): string[] => told.splice(0).filter((each) => each.includes(part))
  expect(watched(by, () => gradients(y, new Value(1), [x]) as Value[])[0]!.data).toBe(-6)
  expect(heard('gives')).toEqual(['neg: 1 gives -1', 'square: -1 gives -6'])
  watched(by, () => jvp((z) => z.square().neg())(3, 10))
  expect(heard('gives')).toEqual(['square: undefined gives 60', 'neg: undefined gives -60'])
})

test('nobody watches after an exception, nor while a watcher of none is set', () => {
  const { told, by } = listening()
  const fails = (): never =>
    watched(by, () => {
      throw new Error('inside')
    })
  expect(fails).toThrow('inside')
  new Value(1).exp()
  watched(by, () => watched(undefined, () => new Value(1).exp()))
  expect(told).toEqual([])
})

test('of an untracked root there is nothing to see', () => {
  const { told, by } = listening()
  const x: Node = new Value(1)
  expect(watched(by, () => gradients(new Value(2).detach(), new Value(1), [x]))).toEqual([
    undefined,
  ])
  expect(told).toEqual([])
})
