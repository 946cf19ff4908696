// The recurrence that products have as their derivative, under a type that tests can use.
import type { MLArray } from '../src/index.ts'
import { recurrence as untyped } from '../src/scan.ts'

export const recurrence = untyped as unknown as (
  a: MLArray,
  b: MLArray,
  params: { readonly axis: number; readonly isReversed: boolean },
) => MLArray
