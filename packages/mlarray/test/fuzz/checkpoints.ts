// Random programs with checkpoints, beside the same programs without: functions that are used several times, inside
// each other, on leaves that change in place, with random numbers, without a graph, and with derivatives of every
// kind. All numbers are integers, few enough that every sum of them is exact: both must be equal in every one.
import { array, constantFrom, nat, record, type Arbitrary } from 'fast-check'
import * as smol from '../../src/index.ts'
import { MLArray, Value, type NestedValues } from '../../src/index.ts'

type Line = { readonly op: string; readonly at: number; readonly by: number }

/** A function of two arrays: its lines, and what it returns. */
type Body = { readonly lines: readonly Line[]; readonly gives: string }

export type Scene = {
  readonly bodies: readonly Body[]
  readonly actions: readonly Line[]
  readonly seed: number
}

type Function = (x: MLArray, y: MLArray) => MLArray | Value

const SHAPE = [3, 3] as const
const LARGEST = 2 ** 53

/** Integers from −2 to 2, from a place that nobody else draws from. */
function integers(from: number, tracked = true): MLArray {
  const data = Float64Array.from({ length: 9 }, (_, i) => {
    const mixed = Math.imul(from * 16 + i + 1, 0x9e3779b1)
    return (((mixed >>> 15) ^ (mixed >>> 3)) % 5) - 2
  })
  return new MLArray(data, { shape: SHAPE, requiresGrad: tracked })
}

/** Integers stay few: the derivative of `mod` in what is divided is 1. */
const small = (x: MLArray): MLArray => x.mod(5).sub(2)

// ---- The world of a scene ----

/** What a program has: twice, with checkpoints and without. */
class World {
  readonly leaves = [integers(1), integers(2)]
  readonly constant = integers(3, false)
  readonly number = new Value(2)
  readonly upstream = integers(4, false)
  readonly functions: readonly Function[]
  readonly log: (readonly [what: string, numbers: readonly number[]])[] = []
  /** Of leaves as they are now. */
  pool: MLArray[] = [...this.leaves]
  readonly kept: <F extends Function>(f: F) => F

  constructor({ bodies }: Scene, isKept: boolean) {
    this.kept = isKept ? (f) => smol.checkpoint(f) as typeof f : (f) => f
    // Made once, and used as often as the actions say; one may use those that come after it.
    this.functions = bodies.map((body, i) => this.kept((x, y) => this.run(body, i, [x, y])))
  }

  of(i: number): MLArray {
    return this.pool.at(-1 - (i % Math.min(this.pool.length, 4)))!
  }

  run({ lines, gives }: Body, place: number, given: readonly MLArray[]): MLArray | Value {
    const pool = [...given]
    for (const { op, at, by } of lines) {
      const [x, y] = [pool.at(-1)!, pool[at % pool.length]!]
      const next = this.functions.at(place + 1 + (by % 2))
      pool.push(small(op === 'nested' ? asArray(next?.(x, y) ?? x.mul(y)) : steps[op]!(x, y, this)))
    }
    const last = pool.at(-1)!
    return gives === 'Value'
      ? last.sum().at()
      : gives === 'two'
        ? smol.stack([last, pool[0]!])
        : last
  }

  tell(what: string, ...all: readonly (MLArray | Value)[]): void {
    const numbers = all.flatMap((x) =>
      x instanceof Value ? [x.data] : Array.from(x.toTypedArray()),
    )
    this.log.push([what, numbers])
  }

  /** Of the leaves, and those of a first pass also of what lies between. */
  tellGradients(what: string, arrays: readonly MLArray[] = this.leaves): void {
    const gradients = arrays.flatMap((x) => (x.requiresGrad ? [x.grad()] : []))
    this.tell(what, ...gradients, new Value(this.number.grad))
  }

  /** Forgets what passes have left: an argument that a function does not use gets a 0 from its checkpoint only. */
  forget(arrays: readonly MLArray[]): void {
    for (const x of arrays) if (x.requiresGrad) x.zeroGrad()
  }

  /** Of a function that uses an argument of an outer one, and what was made from it. */
  using(by: number): (x: MLArray, y: MLArray) => MLArray {
    return (x, y) => {
      const used = [x.mul(y), x, x.square()][by % 3]!
      return this.kept((a: MLArray, b: MLArray) => small(a.mul(used)).matmul(b).mul(x))(y, x)
    }
  }
}

/** What functions are made of. */
const steps: Readonly<Record<string, (x: MLArray, y: MLArray, world: World) => MLArray>> = {
  add: (x, y) => x.add(y),
  mul: (x, y) => x.mul(y),
  matmul: (x, y) => x.matmul(y),
  square: (x) => x.square(),
  transpose: (x, y) => x.T.sub(y),
  roll: (x) => x.roll(1, { axis: 0 }).neg(),
  where: (x, y) => smol.where(x.gt(y), x, y.neg()),
  sum: (x, y) => x.sum({ axis: 0, keepdims: true }).mul(y),
  at: (x, y) => x.mul(y.at(0, 1)),
  'a leaf': (x, _, { leaves }) => x.mul(leaves[0]!),
  'another leaf': (x, _, { leaves }) => leaves[1]!.matmul(x),
  'a constant': (x, _, { constant }) => x.mul(constant),
  'a Value': (x, _, { number }) => x.mul(number),
  mask: (x) => x.mul(smol.rand(SHAPE, { requiresGrad: false }).gt(0.5)),
  draw: (x) => x.mul(smol.defaultGenerator.integers(-2, 3, SHAPE)),
  noGrad: (x, y) => x.mul(smol.noGrad(() => y.square().add(1))),
  detach: (x, y) => x.mul(y.detach()),
}

function asArray(y: MLArray | Value): MLArray {
  if (y instanceof Value) return new MLArray([y]).broadcastTo(SHAPE)
  return y.ndim === 2 ? y : y.slice(0).mul(y.slice(1))
}

const flat = (values: NestedValues): Value[] =>
  values instanceof Value ? [values] : values.flatMap(flat)

/** What a program does, one after the other. */
const actions: Readonly<Record<string, (world: World, at: number, by: number) => void>> = {
  call: (world, at, by) => {
    const y = world.functions[by % world.functions.length]!(world.of(at), world.of(by))
    world.tell('call', y)
    world.pool.push(small(asArray(y)))
  },
  'a function that uses a result': (world, at, by) => {
    const used = world.of(by)
    const f = world.kept((x: MLArray, y: MLArray) => small(x.mul(used)).matmul(y))
    world.pool.push(small(f(world.of(at), world.of(by + 1))))
  },
  mix: (world, at, by) => {
    world.pool.push(
      small(
        world
          .of(at)
          .mul(world.of(by))
          .add(world.of(at + 1)),
      ),
    )
  },
  'call without a graph': (world, at, by) => {
    const f = world.functions[by % world.functions.length]!
    const y = smol.noGrad(() => f(world.of(at), world.of(by)))
    world.tell('without a graph', y, new Value(Number(y.requiresGrad)))
  },
  backward: (world, at, by) => {
    const y = world.of(at)
    if (!y.requiresGrad) return
    const upstream = [undefined, world.upstream, integers(by, false)][by % 3]
    world.forget(world.pool.filter((x) => !world.leaves.includes(x)))
    if (upstream === undefined) y.backward()
    else y.backward({ upstream })
    world.tellGradients('gradients', world.pool)
  },
  'backward, and through that': (world, at, by) => {
    const y = world.of(at)
    if (!y.requiresGrad) return
    world.forget(world.pool)
    y.backward({ upstream: by % 2 ? world.upstream : integers(by, false), createGraph: true })
    world.tellGradients('gradients', world.pool)
    const slope = world.leaves
      .flatMap(
        (x, i) =>
          x
            .gradNode()
            ?.mul(integers(i + by, false))
            .sum() ?? [],
      )
      .reduce((sum, term) => sum.add(term), new MLArray(0, { requiresGrad: false }))
    if (slope.requiresGrad) slope.backward()
    world.tellGradients('second gradients')
  },
  'change of the upstream': ({ upstream }, at) => upstream.assign(integers(at)),
  'change of a leaf': (world, at, by) => {
    const leaf = world.leaves[by % 2]!
    const stale = world.of(at)
    leaf.assign(integers(at + by))
    let refused = 0
    try {
      if (stale.requiresGrad) stale.backward()
    } catch {
      refused = 1
    }
    world.log.push(['refused', [refused]])
    // What came of the old numbers is of no use any more, nor what a pass has made of it.
    world.pool = [...world.leaves]
    actions['zeroGrad']!(world, 0, 0)
  },
  'change of a constant': (world, at) => {
    world.constant.assign(integers(at))
    world.pool = [...world.leaves]
  },
  zeroGrad: (world) => {
    for (const x of world.leaves) x.zeroGrad()
    world.number.zeroGrad()
  },
  draw: (world) => world.tell('drawn', smol.rand([3])),
  seed: (_, at) => smol.manualSeed(at),
  'forward mode': (world, at, by) => {
    const f = world.functions[by % world.functions.length]!
    const [x, y] = [world.of(at).detach(), world.of(by).detach()]
    const toward = [integers(at, false), integers(by, false)] as const
    const [z, dz] = smol.jvp((a: MLArray, b: MLArray) => asArray(f(a, b)))([x, y], toward)
    world.tell('forward mode', z, dz)
  },
  'forward mode through what is used': (world, at, by) => {
    const point = [world.of(at).detach(), world.of(by).detach()] as const
    const toward = [integers(at, false), integers(by, false)] as const
    world.tell('forward through what is used', ...smol.jvp(world.using(by))(point, toward))
  },
  'gradient of what is used': (world, at, by) => {
    const [x, y] = [world.of(at).detach(), world.of(by).detach()]
    const loss = (z: MLArray): MLArray => world.using(by)(z, y).square().sum()
    const [slope, change] = smol.jvp(smol.grad(loss))(x, integers(at, false))
    world.tell('second order of what is used', slope, change)
  },
  'forward over reverse': (world, at, by) => {
    const f = world.functions[by % world.functions.length]!
    const [x, y] = [world.of(at).detach(), world.of(by).detach()]
    const loss = (z: MLArray): MLArray =>
      small(asArray(f(z, y)))
        .square()
        .sum()
    world.tell('of second order', ...smol.jvp(smol.grad(loss))(x, integers(at, false)))
  },
  scalars: (world, at) => {
    const y = world.of(at)
    if (!y.requiresGrad) return
    let values: Value[]
    try {
      values = flat(smol.unroll(y))
    } catch {
      // Too many of them, of the one program or the other.
      return
    }
    world.tell('scalars', ...values)
  },
}

// ---- Scenes ----

const line = (names: readonly string[]): Arbitrary<Line> =>
  record({ op: constantFrom(...names), at: nat(9), by: nat(60) })

export const scenes: Arbitrary<Scene> = record({
  bodies: array(
    record({
      lines: array(line([...Object.keys(steps), 'nested', 'nested']), {
        minLength: 1,
        maxLength: 5,
      }),
      gives: constantFrom('array', 'array', 'Value', 'two'),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  actions: array(line([...Object.keys(actions), 'call', 'call', 'backward']), {
    minLength: 2,
    maxLength: 12,
  }),
  seed: nat(1000),
})

function read(scene: Scene, isKept: boolean): World {
  smol.manualSeed(scene.seed)
  const world = new World(scene, isKept)
  for (const { op, at, by } of scene.actions) actions[op]!(world, at, by)
  world.tell('drawn at last', smol.rand([2]))
  return world
}

/** `'same'`, or where the programs with checkpoints and without differ. */
export function comparedScene(scene: Scene): string {
  const [plain, kept] = [read(scene, false).log, read(scene, true).log]
  // Beyond these, sums round.
  if (plain.some(([, numbers]) => numbers.some((x) => Math.abs(x) > LARGEST))) return 'same'
  for (const [i, [what, numbers]] of plain.entries()) {
    const [other, found] = kept[i] ?? ['nothing', []]
    if (other !== what) return `${what} and ${other}`
    // A checkpoint reads all of its inputs, and may refuse more.
    const isFine = (x: number, k: number): boolean =>
      what === 'refused' ? found[k]! >= x : found[k] === x
    if (numbers.length !== found.length || !numbers.every(isFine))
      return `${what}, of ${i}: ${numbers.join()} and ${found.join()}`
  }
  return plain.length === kept.length ? 'same' : 'more with checkpoints'
}
