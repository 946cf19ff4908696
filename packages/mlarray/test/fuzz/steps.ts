// What random programs are made of: every operation that users have, on any array that a program may hold.
// Operands are put where an operation is sane (inside a domain, far from singular), never the results.
import { binary, comparisons, operations, ternary, unary } from '@smol/value/ops'
import * as smol from '../../src/index.ts'
import { MLArray, Value, where } from '../../src/index.ts'
import { surprisal } from '../../src/kernels.ts'

/** An operation on `x`, with another array of the program beside it and a number that says how. */
export type Step = (x: MLArray, by: number, other: MLArray) => MLArray

// ---- Operands ----

const axisOf = (x: MLArray, by: number): number => by % x.ndim
const lengthOf = (x: MLArray, by: number): number => x.shape[axisOf(x, by)]!
const someAxes = (x: MLArray, by: number): number[] =>
  x.shape.flatMap((_, axis) => ((by >> axis) & 1 ? [axis] : []))
const along = (x: MLArray, by: number) => ({ axis: axisOf(x, by), keepdims: true }) as const
const over = (x: MLArray, by: number) => ({ axis: someAxes(x, by), keepdims: true }) as const

// By atan, whose derivatives keep all of their digits where it is flat; those of tanh do not.
const tame = (x: MLArray): MLArray => x.atan().mul(1.25)
const positive = (x: MLArray): MLArray => x.square().add(0.5)
/** Numbers of an interval. */
const within = (x: MLArray, [from, to]: Interval): MLArray =>
  x
    .atan()
    .mul((to - from) / Math.PI)
    .add((to + from) / 2)

/** Of one size that both have, or one array twice. */
const beside = (x: MLArray, other: MLArray): MLArray =>
  String(other.shape) === String(x.shape) ? other : x.flip()
const matrices = (x: MLArray): MLArray => (x.ndim < 2 ? x.reshape([1, -1]) : x)
/** Numbers that are equal only by chance, as sums in different orders are to rounding only. */
const apart = (x: MLArray): MLArray => x.add(smol.arange(x.size).mul(0.37).reshape(x.shape))
/** At most so many along each axis. */
const small = (x: MLArray, n = 4): MLArray => x.slice(...x.shape.map(() => `:${n}`))
const few = (x: MLArray, n = 4): MLArray => x.flatten().slice(`:${n}`)

/** Square matrices of at most five rows: a vector is cut into one. Of finite numbers, since others are refused. */
function squares(given: MLArray): MLArray {
  const x = where(given.isFinite(), given, 0)
  const n = Math.min(5, ...(x.ndim < 2 ? [Math.floor(Math.sqrt(x.size))] : x.shape.slice(-2)))
  return x.ndim < 2 ? few(x, n * n).reshape([n, n]) : x.slice('...', `:${n}`, `:${n}`)
}

/** Far from singular: a diagonal that is larger than what else stands in its row. */
function regular(x: MLArray): MLArray {
  const a = squares(x).atan()
  const n = a.shape.at(-1)!
  return a.add(smol.eye(n).mul(n + 1)).div(n)
}

// ---- Rows and comparisons ----

type Methods = Record<string, (this: MLArray, ...operands: MLArray[]) => MLArray>
type Interval = readonly [number, number]

const table: Record<string, { readonly f: unknown; readonly domain?: readonly Interval[] }> = {
  ...unary,
  ...binary,
  ...ternary,
}

const rows = Object.fromEntries(
  Object.values(operations)
    .filter(({ name }) => name !== 'where')
    .map(({ name, arity }): [string, Step] => [
      name,
      (x, by, other) => {
        // Of one shape, and one that is broadcast.
        const given = [x, beside(x, other), other.mean(along(other, by))]
        if (String(other.shape) !== String(x.shape)) given[2] = x.mean(along(x, by))
        const operands = given
          .slice(0, arity)
          .map((operand, i) => within(operand, table[name]!.domain?.[i] ?? [-2.1, 1.9]))
        return (x as unknown as Methods)[name]!.apply(operands[0]!, operands.slice(1))
      },
    ]),
)

const masks = Object.fromEntries(
  Object.keys(comparisons).map((name): [string, Step] => [
    name,
    (x, _, other) => {
      const y = beside(x, other)
      return where((x as unknown as Methods)[name]!.call(x, y), y, x.neg())
    },
  ]),
)

// ---- Structure ----

const MODES = ['constant', 'edge', 'reflect', 'symmetric', 'wrap'] as const

/** Of matrices, their transposes, and vectors as long as they are wide. */
const SUBSCRIPTS = [
  ['...ij,...jk->...ik', 2],
  ['...ij,...ji->...', 2],
  ['...ij,...jk,...kl->...il', 3],
  ['...ij->...ji', 1],
  ['...ij->...j', 1],
  ['i...->...i', 1],
  ['...ij,...kj->...ik', -2],
  ['...ij,...ij->...ij', -2],
  ['...ij,...ij->...', -2],
] as const

function einsum(x: MLArray, by: number): MLArray {
  const a = small(matrices(x))
  const [subscripts, count] = SUBSCRIPTS[by % SUBSCRIPTS.length]!
  const second = count < 0 ? a.flip() : a.swapaxes(-1, -2)
  return smol.einsum(subscripts, ...[a, second, a].slice(0, Math.abs(count)))
}

const cube = smol.customOp('cube', {
  f: (x) => x ** 3,
  df: (m, x) => m.mul(3, m.square(x)),
})
const ratio = smol.customOp('ratio', {
  f: (a, b) => a / (1 + b * b),
  da: (m, _a, b) => m.div(1, m.add(1, m.square(b))),
  db: (m, a, b) => m.neg(m.div(m.mul(m.mul(2, a), b), m.square(m.add(1, m.square(b))))),
})
const blend = smol.customOp('blend', {
  f: (a, b, c) => a * b + (1 - a) * c,
  da: (m, _a, b, c) => m.sub(b, c),
  db: (_m, a) => a,
  dc: (m, a) => m.sub(1, a),
})
const wave = (x: MLArray): MLArray => x.atan().mul(x.sin())
const energy = (x: MLArray): MLArray => wave(x).square().sum()

const structure: Readonly<Record<string, Step>> = {
  'add a row': (x, by) => x.add(x.mean(along(x, by))),
  'mul by a Value': (x, by) => x.mul(new Value(1 + (by % 7) / 4)),
  'div by a column': (x, by) => x.div(positive(x.sum(along(x, by)))),
  'pow by a number': (x, by) => positive(x).pow((by % 9) / 2 - 1),
  'clip to numbers': (x) => x.clip(-0.7, 0.9),
  where: (x, _, other) => where(x.gt(0), beside(x, other), x.neg()),
  'where of rows': (x, by) => where(x.mean(along(x, by)).gt(0), x, 0.5),
  isNaN: (x) => where(x.isNaN(), 0, x.sin()),
  isFinite: (x) => where(x.isFinite(), x, 0),
  logical: (x) =>
    where(x.gt(0).logicalAnd(x.lt(1)).logicalOr(x.gt(-1).logicalNot()), x.square(), x),

  sum: (x, by) => x.sum(over(x, by)),
  mean: (x, by) => x.mean(over(x, by)),
  max: (x, by) => x.max(along(x, by)),
  min: (x, by) => x.min({ axis: someAxes(x, by) }),
  prod: (x, by) => tame(x).prod(along(x, by)),
  var: (x, by) => x.var({ ...along(x, by), ddof: lengthOf(x, by) > 1 ? by % 2 : 0 }),
  std: (x, by) => x.std(along(x, by)),
  norm: (x, by) => x.add(3).norm({ ...along(x, by), ord: 1 + (by % 3) }),
  'norm of the largest': (x, by) => x.norm({ ...along(x, by), ord: by % 2 ? Infinity : -Infinity }),
  logsumexp: (x, by) => x.logsumexp(over(x, by)),
  'any, all': (x, by) => x.add(x.gt(0).any(along(x, by))).sub(x.gt(0).all(over(x, by))),
  countNonzero: (x, by) => x.mul(x.gt(0.5).countNonzero(along(x, by)).add(1).div(lengthOf(x, by))),
  argmax: (x, by) => x.takeAlongAxis(x.argmax(along(x, by)), { axis: axisOf(x, by) }),
  argmin: (x, by) => x.mul(x.argmin(along(x, by)).add(1).div(lengthOf(x, by))),
  cumsum: (x, by) => x.cumsum(by % 4 === 3 ? {} : { axis: axisOf(x, by) }),
  cumprod: (x, by) => tame(x).cumprod(by % 4 === 3 ? {} : { axis: axisOf(x, by) }),
  'cumprod with a 0': (x, by) =>
    where(x.gt(x.median(along(x, by))), 1, 0)
      .mul(tame(x))
      .cumprod({ axis: axisOf(x, by) }),
  softmax: (x, by) => x.softmax({ axis: axisOf(x, by) }),
  logSoftmax: (x, by) => x.logSoftmax({ axis: axisOf(x, by) }),
  surprisal: (x, by) => {
    const n = x.shape.at(-1)!
    return surprisal(
      x.reshape([-1, n]),
      Int32Array.from({ length: x.size / n }, (_, i) => (i + by) % n),
    )
  },

  sort: (x, by) => x.sort({ axis: axisOf(x, by), descending: by % 2 === 1 }),
  argsort: (x, by) => x.takeAlongAxis(x.argsort({ axis: axisOf(x, by) }), { axis: axisOf(x, by) }),
  topk: (x, by) =>
    x.topk(1 + (by % lengthOf(x, by)), { axis: axisOf(x, by), largest: by % 2 === 0 }).values,
  'topk by indices': (x) => x.takeAlongAxis(x.topk(1).indices),
  unique: (x) => apart(x).unique(),
  uniqueAll: (x) => {
    const y = apart(x)
    const { values, indices, inverseIndices, counts } = y.uniqueAll()
    return values.mul(counts).add(y.take(indices)).take(inverseIndices)
  },
  searchsorted: (x, by) => {
    const from = few(x, 6).sort({ axis: 0 })
    return x.mul(
      from
        .searchsorted(x, { side: by % 2 ? 'left' : 'right' })
        .add(1)
        .div(7),
    )
  },
  median: (x, by) => x.median(over(x, by)),
  quantile: (x, by) => x.quantile((by % 11) / 10, along(x, by)),
  'quantile of several': (x, by) => x.quantile([0.25, 0.8], { axis: axisOf(x, by) }),
  nonzero: (x) => concatenate(x.take(x.flatten().gt(0).nonzero()[0]!), x.flatten()),

  matmul: (x, by, other) => {
    const a = matrices(x)
    const b = matrices(other)
    const fits = b.ndim === 2 && b.shape[0] === a.shape.at(-1)
    return a.matmul(fits ? b : by % 2 ? a.swapaxes(-1, -2) : a.swapaxes(-1, -2).flip())
  },
  'matmul with a vector': (x, by) => {
    const a = matrices(x)
    const [m, n] = a.shape.slice(-2) as [number, number]
    return by % 2 ? a.matmul(few(a, n)) : few(a, m).matmul(a.slice('...', '::-1'))
  },
  dot: (x, _, other) => small(x).dot(few(beside(x, other), small(x).shape.at(-1))),
  outer: (x, _, other) => few(x, 9).outer(few(other, 9)),
  trace: (x) => matrices(x).trace(),
  tensordot: (x, by) => {
    const a = small(x, 3)
    const axis = axisOf(a, by)
    return smol.tensordot(a, a.flip(), [[axis], [axis]])
  },
  'tensordot of leading axes': (x) => smol.tensordot(small(x, 3), small(x, 3).T, 1),
  einsum,
  'einsum of a diagonal': (x, by) =>
    smol.einsum(
      ['...ii->...i', '...ii->...', '...ii,...ij->...j'][by % 3]!,
      ...[squares(x), squares(x).flip()].slice(0, by % 3 === 2 ? 2 : 1),
    ),
  'einsum of outer products': (x, by) =>
    smol.einsum('...i,...j->...ij', x, x.mean({ ...along(x, by), axis: -1 })),
  'einsum without a result': (x, by) =>
    smol.einsum(
      by % 2 ? 'ji' : 'ij,jk',
      ...[squares(few(x, 16)), squares(few(x, 16)).T].slice(by % 2),
    ),

  solve: (x, by, other) => {
    const a = regular(x)
    const b = squares(x).flip()
    if (by % 3 === 0) return smol.solve(a, b)
    return smol.solve(
      a,
      by % 3 === 1
        ? b.slice('...', ':1')
        : other.mean().mul(b.slice(...b.shape.slice(1).map(() => 0), ':')),
    )
  },
  inv: (x) => smol.inv(regular(x)),
  det: (x, by) => smol.det(by % 2 ? regular(x) : squares(x).atan()),
  cholesky: (x) => {
    const a = squares(x).atan()
    return smol.cholesky(a.matmul(a.swapaxes(-1, -2)).add(smol.eye(a.shape.at(-1)!)))
  },

  T: (x) => x.T,
  transpose: (x, by) => x.transpose(x.shape.map((_, axis) => (axis + by) % x.ndim)),
  swapaxes: (x, by) => x.swapaxes(axisOf(x, by), -1),
  moveaxis: (x, by) => x.moveaxis(axisOf(x, by), 0),
  reshape: (x) => x.reshape([-1, x.shape[0]!]),
  flatten: (x) => x.flatten().square(),
  squeeze: (x) => (x.size > 1 ? x.squeeze() : x),
  expandDims: (x, by) => (x.ndim > 3 ? x : x.expandDims(axisOf(x, by))),
  flip: (x, by) => x.flip({ axis: axisOf(x, by) }),
  roll: (x, by) => x.roll(by % 5, { axis: axisOf(x, by) }),
  'roll of several': (x) =>
    x.roll(
      x.shape.map((n) => n >> 1),
      { axis: x.shape.map((_, i) => i) },
    ),
  repeat: (x, by) => x.repeat(2, { axis: axisOf(x, by) }),
  'repeat of all': (x) => x.repeat(3),
  tile: (x, by) => x.tile(by % 2 ? 2 : [2, ...x.shape.map(() => 1)]),
  pad: (x, by) =>
    x.pad(
      x.shape.map((n) => [Math.min(n - 1, by % 3), 1] as const),
      { mode: MODES[by % MODES.length]! },
    ),
  'pad with a number': (x) =>
    x.pad(
      x.shape.map(() => [0, 1] as const),
      { value: 0.75 },
    ),
  triu: (x, by) => matrices(x).triu((by % 3) - 1),
  tril: (x, by) => matrices(x).tril((by % 3) - 1),
  diag: (x, by) => (x.ndim > 2 ? few(x) : small(x, 9)).diag(by % 2),
  split: (x, by) => {
    const axis = axisOf(x, by)
    return smol.concatenate(smol.split(x, [lengthOf(x, by) >> 1], { axis }).toReversed(), { axis })
  },
  concatenate: (x, by, other) => smol.concatenate([x, beside(x, other)], { axis: axisOf(x, by) }),
  stack: (x, _, other) => (x.ndim > 3 ? x : smol.stack([x, beside(x, other)], { axis: -1 })),
  broadcastTo: (x) => (x.ndim > 3 ? x : x.broadcastTo([2, ...x.shape])),
  iterate: (x) => smol.stack(([...small(matrices(x))] as MLArray[]).toReversed()),

  slice: (x) => x.slice('::-2'),
  'slice of all': (x) => x.slice('...', '1:'),
  'slice to a new axis': (x) => (x.ndim > 3 ? x : x.slice('...', null, 0)),
  index: (x) => x.index([0, -1, 0]),
  'index of two axes': (x) => matrices(x).index('...', [[0, -1]], [[0], [-1]]),
  take: (x) => x.take([0, 0, x.size - 1]),
  'take along': (x, by) => x.take([0, lengthOf(x, by) - 1], { axis: axisOf(x, by) }),
  takeAlongAxis: (x, by) =>
    x.takeAlongAxis(x.argsort({ axis: axisOf(x, by), descending: true }), { axis: axisOf(x, by) }),
  maskedSelect: (x) => concatenate(x.maskedSelect(x.gt(0)), x.flatten()),
  scatterAdd: (x) => x.flatten().scatterAdd(0, [0, 0], few(x.square(), 1).tile(2)),
  indexAdd: (x, by) => {
    const axis = axisOf(x, by)
    return x.indexAdd(axis, [0, 0, -1], x.take([0, -1, 0], { axis }).sin())
  },
  put: (x, _, other) => x.put([0], few(other, 1)),
  at: (x) => new MLArray([x.flatten().at(0).mul(2), x.flatten().at(-1)]),
  'at, as numbers beside arrays': (x) => x.mul(x.flatten().at(-1).atan()),
  astype: (x, by) => x.astype(by % 2 ? 'float32' : 'float64'),

  constants: (x) => {
    const n = x.shape.at(-1)!
    return x
      .mul(smol.arange(n).div(n))
      .add(smol.linspace(-1, 1, n))
      .sub(smol.full(n, 0.5))
  },
  likes: (x) => x.mul(smol.fullLike(x, 1.5)).add(smol.onesLike(x)).sub(smol.zerosLike(x)),
  'zeros, ones': (x) => x.sub(smol.ones(x.shape)).add(smol.zeros(x.shape)),
  oneHot: (x) => x.mul(smol.oneHot(x.argmax({ axis: -1 }), x.shape.at(-1)!).add(0.5)),
  // 0 to gradients and to small steps alike.
  detach: (x) => x.add(smol.noGrad(() => x.sin()).sub(x.detach().sin())),

  checkpoint: (x, _, other) =>
    smol.checkpoint((a: MLArray, b: MLArray) => wave(a).mul(b).softmax())(x, beside(x, other)),
  customOp: (x, by, other) =>
    [cube(tame(x)), ratio(x, beside(x, other)), blend(x.sigmoid(), beside(x, other), 0.5)][by % 3]!,
  grad: (x) => smol.grad(energy)(small(x)),
  valueAndGrad: (x) => {
    const [value, slope] = smol.valueAndGrad(energy)(small(x))
    return slope.mul(value)
  },
  vjp: (x) => {
    const [y, slope] = smol.vjp(wave)(x, x.cos())
    return y.add(slope)
  },
  jvp: (x) => {
    const [y, dy] = smol.jvp(wave)(x, x.cos())
    return y.add(dy)
  },
  jacobian: (x) => smol.jacobian((z: MLArray) => wave(z).cumsum())(few(x)),
  hessian: (x) => smol.hessian(energy)(few(x)),
  vmap: (x) => smol.vmap((z: MLArray) => wave(z))(matrices(small(x))),
}

const concatenate = (...arrays: readonly MLArray[]): MLArray => smol.concatenate(arrays)

export const steps: Readonly<Record<string, Step>> = { ...rows, ...masks, ...structure }
