// What a class is called in the console and in messages is what it is exported as, also where it is built.
import { expect, test } from 'vitest'
import * as mlarray from '@smol/mlarray'
import * as losses from '@smol/losses'
import * as optim from '@smol/optim'
import * as training from '@smol/optim/training'
import * as value from '@smol/value'
import * as graph from '@smol/value/graph'
import * as ops from '@smol/value/ops'

test.each(Object.entries({ value, graph, ops, mlarray, losses, optim, training }))(
  'classes of %s',
  (_, exported) => {
    const classes = Object.entries(exported).filter(([, x]) => String(x).startsWith('class'))
    expect(classes.filter(([name, x]) => (x as { name: string }).name !== name)).toEqual([])
  },
)
