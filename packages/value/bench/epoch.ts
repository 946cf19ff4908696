/**
 * micrograd's demo: a network 2-16-16-1 of scalars, 100 points of two moons, the hinge loss with
 * regularisation; forward, backward and update of one epoch. About 66,000 operations.
 */

/** What the network needs of a scalar. */
export type Scalar<T> = {
  data: number
  grad: number
  add(b: T): T
  mul(b: T): T
  relu(): T
  backward(): void
}

/** How scalars are made, and what one neuron and one sum are. */
export type Dialect<T extends Scalar<T>> = {
  readonly parameter: (data: number) => T
  readonly constant: (data: number) => T
  readonly neuron: (weights: readonly T[], inputs: readonly T[], bias: T) => T
  readonly total: (terms: readonly T[]) => T
  /** The sum of the squares. */
  readonly norm: (terms: readonly T[]) => T
}

/** One operation per product and sum. */
export function oneByOne<T extends Scalar<T>>(): Pick<Dialect<T>, 'neuron' | 'total' | 'norm'> {
  const total = (terms: readonly T[]): T => {
    let sum = terms[0]!
    for (let i = 1; i < terms.length; i++) sum = sum.add(terms[i]!)
    return sum
  }
  const neuron = (weights: readonly T[], inputs: readonly T[], bias: T): T => {
    let sum = bias
    for (let i = 0; i < weights.length; i++) sum = sum.add(weights[i]!.mul(inputs[i]!))
    return sum
  }
  return { neuron, total, norm: (terms) => total(terms.map((x) => x.mul(x))) }
}

const SIZES = [2, 16, 16, 1]
const POINTS = 100
const LEARNING_RATE = 0.05

type Neuron<T> = { readonly weights: readonly T[]; readonly bias: T }

/** The training of one network, as functions of no argument. */
export type Training<T> = {
  /** The graph of one loss. */
  readonly forward: () => T
  /** Forward, backward, update; returns the loss. */
  readonly epoch: () => number
}

export function training<T extends Scalar<T>>(dialect: Dialect<T>): Training<T> {
  const random = generator(7)
  const { points, sides } = twoMoons()
  const parameters: T[] = []
  const parameter = (data: number): T => {
    const made = dialect.parameter(data)
    parameters.push(made)
    return made
  }
  const layers = SIZES.slice(1).map((size, l) =>
    Array.from({ length: size }, (): Neuron<T> => {
      const weights = Array.from({ length: SIZES[l]! }, () => parameter(random() * 2 - 1))
      return { weights, bias: parameter(0) }
    }),
  )
  const { constant, neuron, total, norm } = dialect
  const score = (point: readonly number[]): T => {
    let activations: T[] = point.map(constant)
    for (const [l, layer] of layers.entries()) {
      const sums: T[] = layer.map(({ weights, bias }) => neuron(weights, activations, bias))
      activations = l === layers.length - 1 ? sums : sums.map((s) => s.relu())
    }
    return activations[0]!
  }
  const forward = (): T => {
    const losses = points.map((point, i) =>
      score(point).mul(constant(-sides[i]!)).add(constant(1)).relu(),
    )
    const mean = total(losses).mul(constant(1 / POINTS))
    return mean.add(norm(parameters).mul(constant(1e-4)))
  }
  const epoch = (): number => {
    const loss = forward()
    for (const p of parameters) p.grad = 0
    loss.backward()
    for (const p of parameters) p.data -= LEARNING_RATE * p.grad
    return loss.data
  }
  return { forward, epoch }
}

/** Numerical Recipes' linear congruential generator: the same points and weights for everybody. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

function twoMoons(): { points: number[][]; sides: number[] } {
  const random = generator(1)
  const points: number[][] = []
  const sides: number[] = []
  for (let i = 0; i < POINTS; i++) {
    const angle = random() * Math.PI
    const [x, y] = [Math.cos(angle), Math.sin(angle)]
    points.push(i % 2 === 0 ? [x, y] : [1 - x, 0.5 - y])
    sides.push(i % 2 === 0 ? 1 : -1)
  }
  return { points, sides }
}
