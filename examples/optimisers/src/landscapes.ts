// Four functions of two numbers, each known for a difficulty. All have the value 0 at their
// lowest points. They take single numbers and whole grids: the arithmetic is the same.
import type { MLArray } from '@smol/mlarray'

type Place = readonly [x: number, y: number]

export type Landscape = {
  readonly name: string
  readonly difficulty: string
  readonly height: (x: MLArray, y: MLArray) => MLArray
  readonly start: Place
  readonly lowest: readonly Place[]
  /** What the picture shows: the lower left corner and the upper right one. */
  readonly window: readonly [Place, Place]
  /** The heights of the contour lines. */
  readonly contours: readonly number[]
}

export const LANDSCAPES: readonly Landscape[] = [
  {
    name: 'Rosenbrock',
    difficulty: 'a bent valley, steep across and nearly flat along',
    height: (x, y) => x.sub(1).square().add(y.sub(x.square()).square().mul(100)),
    start: [-1.2, 1],
    lowest: [[1, 1]],
    window: [
      [-1.9, -0.7],
      [1.9, 2.3],
    ],
    contours: [1, 6, 30, 100, 250, 500, 900],
  },
  {
    name: 'Beale',
    difficulty: 'a plateau between walls',
    height: (x, y) =>
      [1.5, 2.25, 2.625]
        .map((constant, i) =>
          x
            .mul(y.pow(i + 1).sub(1))
            .add(constant)
            .square(),
        )
        .reduce((sum, square) => sum.add(square)),
    start: [0.6, 1.6],
    lowest: [[3, 0.5]],
    window: [
      [-1, -1.3],
      [4.4, 2.3],
    ],
    contours: [0.1, 0.7, 2, 5, 12, 30, 80],
  },
  {
    name: 'Himmelblau',
    difficulty: 'four lowest points: who goes where?',
    height: (x, y) => x.square().add(y).sub(11).square().add(y.square().add(x).sub(7).square()),
    start: [-0.2, -0.7],
    lowest: [
      [3, 2],
      [-2.805118, 3.131312],
      [-3.77931, -3.283186],
      [3.584428, -1.848127],
    ],
    window: [
      [-5.4, -4.9],
      [5.4, 4.9],
    ],
    contours: [5, 20, 50, 90, 130, 170, 250, 400],
  },
  {
    name: 'Ackley',
    difficulty: 'a slope full of hollows around the deepest one',
    height: (x, y) => {
      const far = x.square().add(y.square()).div(2).sqrt().mul(-0.2).exp()
      const waves = x
        .mul(2 * Math.PI)
        .cos()
        .add(y.mul(2 * Math.PI).cos())
        .div(2)
        .exp()
      return far
        .mul(-20)
        .sub(waves)
        .add(20 + Math.E)
    },
    start: [-2.6, 1.7],
    lowest: [[0, 0]],
    window: [
      [-3.2, -2.4],
      [3.2, 2.8],
    ],
    contours: [1, 2.5, 4, 5.5, 7, 8.5],
  },
]
