/**
 * Products with logarithms in which 0 · log 0 is 0.
 */
import { where, type Term } from './term.ts'

/** `q · logP`, where `0 · −Infinity` is 0, with gradient 0. */
export function timesLog(q: Term, logP: Term): Term {
  return q.mul(where(q.eq(0), where(logP.eq(-Infinity), 0, logP), logP))
}

/** `q · log p`, where `0 · log 0` is 0, with gradient 0. */
export function xlogy(q: Term, p: Term): Term {
  return q.mul(where(q.eq(0), where(p.eq(0), 1, p), p).log())
}
