/**
 * Labels, and a node in one line. Labels stand outside the nodes, since a field costs every node and few
 * nodes have one.
 */
import { labelError } from './errors.ts'
import { CONSTANT, LEAF, type Operation } from './graph.ts'

const labels = new WeakMap<object, string>()

/** The label of a node or array. */
export function labelOf(owner: object): string | undefined {
  return labels.get(owner)
}

/** Gives a node or array a label, or takes it away. */
export function setLabel(owner: object, label: string | undefined): void {
  if (label === undefined) labels.delete(owner)
  else if (typeof label === 'string') labels.set(owner, label)
  else throw labelError(label)
}

/** `Value(data=2, grad=0, op=mul, label="a")`. */
export function showValue(value: {
  readonly data: number
  readonly grad: number
  readonly operation: Operation
  readonly label: string | undefined
}): string {
  const { data, grad, operation, label } = value
  const made = operation === LEAF || operation === CONSTANT ? '' : `, op=${operation.name}`
  return `Value(data=${data}, grad=${grad}${made}${label === undefined ? '' : `, label=${JSON.stringify(label)}`})`
}
