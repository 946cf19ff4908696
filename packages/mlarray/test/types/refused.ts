// Programs that must not compile. What follows each directive stands in the compiler's message:
// `messages.test.ts` looks there, and the directives fail where an error is missing.
import {
  cholesky,
  concatenate,
  det,
  einsum,
  inv,
  MLArray,
  ones,
  solve,
  split,
  stack,
  where,
} from '../../src/index.ts'

declare const any: MLArray
declare const x: MLArray<[2, 3]>
declare const y: MLArray<[2, 3, 4]>

export const refused = [
  // ---- Elementwise ----
  // @ts-expect-error add: shapes [2, 3] and [4] do not broadcast
  () => x.add(ones([4])),
  // @ts-expect-error gt: shapes [2, 3] and [3, 2] do not broadcast
  () => x.gt(x.T),
  // @ts-expect-error leakyRelu: shapes [2, 3] and [4] do not broadcast
  () => x.leakyRelu(ones([4])),
  // @ts-expect-error clip: shapes [2, 3] and [4] do not broadcast
  () => x.clip(0, ones([4])),
  // @ts-expect-error where: shapes [7] and [2, 3] do not broadcast
  () => where(ones([7]), x, 0),
  // @ts-expect-error add: shapes [2, 3] and [number, 4] do not broadcast
  () => x.add(ones([Number('2'), 4])),
  // @ts-expect-error 'string' is not assignable
  () => x.add('1'),
  // @ts-expect-error Expected 1 arguments
  () => x.add(),

  // ---- Contractions ----
  // @ts-expect-error matmul: inner dimensions differ: [2, 3] @ [4, 5]
  () => x.matmul(ones([4, 5])),
  // @ts-expect-error matmul: inner dimensions differ: [2, 3] @ [2]
  () => x.matmul(ones([2])),
  // @ts-expect-error matmul: shapes [2, 3, 4] and [3, 4, 5] do not broadcast
  () => y.matmul(ones([3, 4, 5])),
  // @ts-expect-error matmul: operands must have rank 1 or more, got [] and [2, 3]
  () => x.sum().matmul(x),
  // @ts-expect-error dot: inner dimensions differ: [2, 3] and [2]
  () => x.dot(ones([2])),
  // @ts-expect-error einsum: 'ij,jk->ik': axis 'j' is 3 and 4
  () => einsum('ij,jk->ik', x, ones([4, 5])),
  // @ts-expect-error einsum: 'ij, jk': axis 'j' is 3 and 4
  () => einsum('ij, jk', x, ones([4, 5])),
  // @ts-expect-error einsum: 'ij,jk->ik': it has 2 terms, got 1 operands
  () => einsum('ij,jk->ik', x),
  // @ts-expect-error einsum: 'i->i': 'i' does not fit an operand of rank 2
  () => einsum('i->i', x),
  // @ts-expect-error einsum: 'ij->ik': no operand has the axis 'k' of the result
  () => einsum('ij->ik', x),
  // @ts-expect-error einsum: 'ij->ii': the result 'ii' names an axis twice
  () => einsum('ij->ii', x),
  // @ts-expect-error trace: rank 2 or more is needed, got shape [3]
  () => ones([3]).trace(),

  // ---- Reductions ----
  // @ts-expect-error sum: axis 2 is out of range for shape [2, 3]
  () => x.sum({ axis: 2 }),
  // @ts-expect-error mean: axis -3 is out of range for shape [2, 3]
  () => x.mean({ axis: [0, -3] }),
  // @ts-expect-error argmax: axis 5 is out of range for shape [2, 3]
  () => x.argmax({ axis: 5 }),
  // @ts-expect-error cumsum: axis 2 is out of range for shape [2, 3]
  () => x.cumsum({ axis: 2 }),
  // @ts-expect-error softmax: axis 2 is out of range for shape [2, 3]
  () => x.softmax({ axis: 2 }),
  // @ts-expect-error 'keepDims' does not exist
  () => x.sum({ axis: 0, keepDims: true }),

  // @ts-expect-error sum: axes [0, -2] of shape [2, 3] name an axis twice
  () => x.sum({ axis: [0, -2] }),
  // @ts-expect-error quantile: axis 2 is out of range for shape [2, 3]
  () => x.quantile(0.5, { axis: 2 }),
  // @ts-expect-error topk: axis 2 is out of range for shape [2, 3]
  () => x.topk(1, { axis: 2 }),

  // ---- Indexing ----
  // @ts-expect-error slice: 3 indices are too many for shape [2, 3]
  () => x.slice(0, null, '...', ':', 0),
  // @ts-expect-error index: 3 indices are too many for shape [2, 3]
  () => x.index(0, ':', '1:'),
  // @ts-expect-error take: axis 2 is out of range for shape [2, 3]
  () => x.take([0], { axis: 2 }),
  // @ts-expect-error takeAlongAxis: axis 2 is out of range for shape [2, 3]
  () => x.takeAlongAxis([[0]], { axis: 2 }),
  // @ts-expect-error scatterAdd: axis 2 is out of range for shape [2, 3]
  () => x.scatterAdd(2, [[0]], 1),
  // @ts-expect-error indexAdd: axis -3 is out of range for shape [2, 3]
  () => x.indexAdd(-3, [0], 1),

  // ---- Linear algebra ----
  // @ts-expect-error inv: a square matrix or a stack of them is expected, got shape [2, 3]
  () => inv(x),
  // @ts-expect-error det: a square matrix or a stack of them is expected, got shape [4]
  () => det(ones([4])),
  // @ts-expect-error cholesky: a square matrix or a stack of them is expected, got shape [2, 3, 4]
  () => cholesky(y),
  // @ts-expect-error solve: a square matrix or a stack of them is expected, got shape [2, 3]
  () => solve(x, x),
  // @ts-expect-error solve: 3 equations of shape [3, 3] need as many rows on the right-hand side, got shape [2, 3]
  () => solve(ones([3, 3]), x),
  // @ts-expect-error triu: the rank must be at least 2, got shape [3]
  () => ones([3]).triu(),

  // ---- Movement ----
  // @ts-expect-error reshape: 6 elements of shape [2, 3] cannot become [4, 2] (8 elements)
  () => x.reshape([4, 2]),
  // @ts-expect-error reshape: 6 elements of shape [2, 3] cannot become [4, -1]
  () => x.reshape([4, -1]),
  // @ts-expect-error transpose: axes [0, 0] must name each of the 2 axes of shape [2, 3] once
  () => x.transpose([0, 0]),
  // @ts-expect-error swapaxes: axis 2 is out of range for shape [2, 3]
  () => x.swapaxes(0, 2),
  // @ts-expect-error moveaxis: axis -3 is out of range for shape [2, 3]
  () => x.moveaxis(0, -3),
  // @ts-expect-error moveaxis: axes [0, -2] of shape [2, 3] name an axis twice
  () => x.moveaxis([0, -2], [0, 1]),
  // @ts-expect-error squeeze: axis 0 of shape [2, 3] is 2, not 1
  () => x.squeeze({ axis: 0 }),
  // @ts-expect-error expandDims: axis 4 is out of range for shape [2, 3]
  () => x.expandDims(4),
  // @ts-expect-error expandDims: axes [0, -4] of shape [2, 3] name an axis twice
  () => x.expandDims([0, -4]),
  // @ts-expect-error flip: axes [1, 1] of shape [2, 3] name an axis twice
  () => x.flip({ axis: [1, 1] }),
  // @ts-expect-error pad: one [before, after] per axis of shape [2, 3] is needed, got 1
  () => x.pad([[1, 1]]),
  // @ts-expect-error broadcastTo: shape [2, 3] does not broadcast to [3, 3]
  () => x.broadcastTo([3, 3]),
  // @ts-expect-error repeat: axis 2 is out of range for shape [2, 3]
  () => x.repeat(2, { axis: 2 }),
  // @ts-expect-error diag: rank 1 or 2 is needed, got shape [2, 3, 4]
  () => y.diag(),
  // @ts-expect-error concatenate: shapes [2, 3] and [2, 4] differ elsewhere than on axis 0
  () => concatenate([x, ones([2, 4])]),
  // @ts-expect-error concatenate: axis 2 is out of range for shape [2, 3]
  () => concatenate([x, x], { axis: 2 }),
  // @ts-expect-error stack: shapes [2, 3] and [3, 2] differ
  () => stack([x, x.T]),
  // @ts-expect-error stack: axis 3 is out of range for shape [2, 3]
  () => stack([x, x], { axis: 3 }),
  // @ts-expect-error split: axis 1 of shape [2, 3] cannot be cut into 2 equal parts
  () => split(x, 2, { axis: 1 }),

  // ---- Creation, conversion, gradients ----
  // @ts-expect-error concatenate: expected a list of at least one array
  () => concatenate([]),
  // @ts-expect-error stack: expected a list of at least one array
  () => stack([]),
  // @ts-expect-error MLArray: 4 elements do not fill shape [3]
  () => new MLArray([1, 2, 3, 4], { shape: [3] }),
  // @ts-expect-error MLArray: ragged list: a row of shape [2]
  () => new MLArray([[1, 2], 3]),
  // @ts-expect-error 'string' is not assignable
  () => new MLArray('1'),
  // @ts-expect-error Expected 2 arguments, but got 1
  () => x.at(1),
  // @ts-expect-error assign: shape [4] does not broadcast to [2, 3]
  () => x.assign([1, 2, 3, 4]),
  // @ts-expect-error must have the shape [2, 3] of the root, got [3]
  () => x.backward({ upstream: ones([3]) }),
  // @ts-expect-error read-only
  () => (x.shape[0] = 2),

  // ---- Assignment ----
  // @ts-expect-error 'MLArray<[2, 3]>' is not assignable to type 'MLArray<[3, 2]>'
  (): MLArray<[3, 2]> => x,
  // @ts-expect-error 'MLArray<[2, 4]>' is not assignable to type 'MLArray<[2, 3]>'
  (): MLArray<[2, 3]> => x.matmul(ones([3, 4])).add(ones([4])),
  // @ts-expect-error 'MLArray<[6]>' is not assignable to type 'MLArray<[2, 3]>'
  (): MLArray<[2, 3]> => x.reshape([-1]),
  // @ts-expect-error 'readonly number[]' is not assignable to type 'readonly [2, 3]'
  (): MLArray<[2, 3]> => any,
]
