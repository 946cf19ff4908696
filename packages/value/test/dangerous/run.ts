// What `dangerous.test.ts` runs in a process with little memory.
import { any, deep, doubled, holes, tell } from '../fuzz/dangerous.ts'
import * as api from '../../src/index.ts'
import { checkGrads } from '../../src/testing.ts'

const { Value } = api
const x = new Value(2, { label: 'x' })
const y = x.square()
const first = (a: api.Value): api.Value => a
/** A list without elements that says it had as many as there are integers. */
const endless = (): never =>
  any(new Proxy([], { get: (_, key) => (key === 'length' ? 2 ** 53 - 1 : undefined) }))
const arrayLike = any({ length: 1e15 })
const text = 'x'.repeat(2 ** 24)

/** A chain that is too long for recursion, and a node with as many inputs. */
function chain(): api.Value {
  let end = x
  for (let i = 0; i < 1e5; i++) end = end.add(1)
  return end
}
const wide = (): api.Value => api.sum(Array.from({ length: 1e5 }, () => x))

await tell(
  {
    'sum of holes': () => api.sum(holes()),
    'sum of more than a list has': () => api.sum(endless()),
    'sum of what has a length': () => api.sum(arrayLike),
    'sum of deep lists': () => api.sum(deep()),
    'sum of doubled lists': () => api.sum(doubled()),
    'dot of holes': () => api.dot(holes(), holes()),
    'dot of holes and a number': () => api.dot(holes(), [1]),
    'dot of more than a list has': () => api.dot(endless(), endless()),
    'dot with a deep bias': () => api.dot([1], [x], deep()),
    'Value of deep lists': () => new Value(deep()),
    'Value of a long text': () => new Value(any(text)),
    'a label of deep lists': () => new Value(1, { label: deep() }),
    'data of deep lists': () => Object.assign(new Value(1), { data: deep() }),
    'add of deep lists': () => x.add(deep()),
    'add of doubled lists': () => x.add(doubled()),
    'add of a long text': () => x.add(any(text)),
    'where of deep lists': () => api.where(true, x, deep()),
    'backward from deep lists': () => y.backward({ upstream: deep() }),
    'backward with a long option': () => y.backward(any({ [text]: 1 })),
    'backward with options of holes': () => y.backward(holes()),
    'a hook that gives deep lists': () => {
      const z = new Value(1)
      z.onGradient(() => deep())
      z.square().backward()
    },
    'grad of deep lists': () => api.grad(first)(deep()),
    'grad of holes': () => api.grad(first)(holes()),
    'grad that gives deep lists': () => api.grad(() => deep())(x),
    'valueAndGrad of doubled lists': () => api.valueAndGrad(first)(doubled()),
    'hessian of deep lists': () => api.hessian(first)(deep()),
    'hessian of holes': () => api.hessian(first)(holes()),
    'jvp of holes': () => api.jvp(first)(holes(), holes()),
    'jvp of holes beside a number': () => api.jvp(first)(any([1]), holes()),
    'jvp of deep lists': () => api.jvp(first)(any([deep()]), any([1])),
    'checkGrads of holes': () => checkGrads(first, holes()),
    'checkGrads of deep lists': () => checkGrads(first, [deep()]),
    'checkGrads of huge order': () => checkGrads(first, [1], { order: 1e15 }),
    'checkGrads of many directions': () => checkGrads(first, [1], { directions: 1e15 }),
    'toDot of more nodes than can be counted': () => api.toDot(y, { limit: Infinity }),
    'toDot of deep lists': () => api.toDot(deep()),
    'toMermaid of holes': () => api.toMermaid(holes()),
    'topologicalOrder of deep lists': () => api.topologicalOrder(deep()),
    'customOp of holes': () => api.customOp('holes', holes()),
    'customOp of a deep name': () => api.customOp(deep(), any({ f: Math.cos, df: () => 1 })),
    'customOp that gives deep lists': () =>
      (api.customOp('deep', any({ f: () => deep(), df: () => 1 })) as typeof first)(x),
  },
  {
    'backward through a long chain': () => chain().backward(),
    'backward into one node often': () => wide().backward(),
    'a drawing of a few of many nodes': () => api.toDot(chain(), { limit: 3 }),
    'a drawing beside many inputs': () => api.toMermaid(wide(), { limit: 1 }),
    'a drawing of as many as one likes': () => api.toDot(y, { limit: 2 ** 53 - 1 }),
    'a label of a long text': () => String(new Value(1, { label: 'x'.repeat(2 ** 20) })),
  },
)
