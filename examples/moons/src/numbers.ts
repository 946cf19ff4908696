// What a network is computed with: the same few operations on matrices, once as lists of
// Values, each a node of its own, and once as MLArrays, a node per matrix.
import { MLArray } from '@smol/mlarray'
import { dot, sum, Value } from '@smol/value'

type Matrix = readonly (readonly number[])[]

export interface Numbers<T> {
  /** A matrix that is to be learned. */
  parameter(rows: Matrix): T
  /** A matrix that is given. */
  data(rows: Matrix): T
  /** `x @ w + b`, where `b` is one row. */
  linear(x: T, w: T, b: T): T
  tanh(x: T): T
  softplus(x: T): T
  /** Element by element. */
  mul(x: T, y: T): T
  /** Of all elements: a Value, here as there. */
  mean(x: T): Value
  toList(x: T): Matrix
}

export type Values = readonly (readonly Value[])[]

export const scalars: Numbers<Values> = {
  parameter: (rows) => rows.map((row) => row.map((x) => new Value(x))),
  data: (rows) => rows.map((row) => row.map((x) => new Value(x, { requiresGrad: false }))),
  linear(x, w, b) {
    const columns = w[0]!.map((_, j) => w.map((row) => row[j]!))
    return x.map((row) => columns.map((column, j) => dot(row, column, b[0]![j])))
  },
  tanh: (x) => x.map((row) => row.map((each) => each.tanh())),
  softplus: (x) => x.map((row) => row.map((each) => each.softplus(1))),
  mul: (x, y) => x.map((row, i) => row.map((each, j) => each.mul(y[i]![j]!))),
  mean: (x) => sum(x.flat()).div(x.length * x[0]!.length),
  toList: (x) => x.map((row) => row.map((each) => each.data)),
}

export const arrays: Numbers<MLArray> = {
  parameter: (rows) => new MLArray(rows),
  data: (rows) => new MLArray(rows, { requiresGrad: false }),
  linear: (x, w, b) => x.matmul(w).add(b),
  tanh: (x) => x.tanh(),
  softplus: (x) => x.softplus(1),
  mul: (x, y) => x.mul(y),
  mean: (x) => x.mean().at(),
  toList: (x) => x.toList() as number[][],
}
