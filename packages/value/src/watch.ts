/**
 * Somebody who sees every result and every derivative as it is made, as a search for anomalies does. There
 * is nobody else, so that all it costs otherwise is to look at one variable.
 */
import type { Node, Operation } from './node.ts'

/** What is told of a computation under way. */
export interface Watcher {
  /** An operation has made `y` of its inputs: nodes, arrays, or results that are not tracked. */
  made(op: Operation, y: object, inputs: readonly object[]): void
  /** A pass from `root` to the leaves begins. */
  passes(root: Node): void
  /**
   * `derive` computes derivatives at `node`: from its gradient `dy` those of its inputs, which `derived` then
   * gives (with gaps for others than asked for), or without `dy` its tangent.
   */
  derives<T>(
    node: Node,
    dy: unknown,
    derive: () => T,
    derived: (result: T) => readonly unknown[],
  ): T
}

/** Who is watching. */
export let watcher: Watcher | undefined

/** Runs `fn` with a watcher, and restores what was before. */
export function watched<T>(by: Watcher | undefined, fn: () => T): T {
  const before = watcher
  watcher = by
  try {
    return fn()
  } finally {
    watcher = before
  }
}

/** The gradient of an input (`vjp`), for the watcher to see. */
export function vjpOf(node: Node, dy: unknown, index: number): unknown {
  if (watcher === undefined) return node.vjp(dy, index)
  const derived = (dx: unknown): unknown[] =>
    node.inputs.map((_, i) => (i === index ? dx : undefined))
  return watcher.derives(node, dy, () => node.vjp(dy, index), derived)
}

/** The tangent of a node (`jvp`), for the watcher to see. */
export function jvpOf(node: Node, dxs: readonly unknown[]): unknown {
  if (watcher === undefined) return node.jvp(dxs)
  return watcher.derives(
    node,
    undefined,
    () => node.jvp(dxs),
    (dy) => [dy],
  )
}
