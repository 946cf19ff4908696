// The same training twice: as a loop, which hides nothing, and with the helper of `@smol/optim/training`,
// which knows epochs, callbacks and early stopping. Both do the same, to the last bit.
import { crossEntropyLoss } from '@smol/losses'
import { Generator } from '@smol/mlarray'
import { AdamW } from '@smol/optim'
import { batchIndices, train } from '@smol/optim/training'
import { pick, type Digits } from './data.ts'
import { logitsOf, makeNetwork, type Network } from './network.ts'

type Plan = { readonly sizes: readonly number[]; readonly epochs: number; readonly seed: number }

export function trainByHand(training: Digits, { sizes, epochs, seed }: Plan): Network {
  const random = new Generator(seed)
  const network = makeNetwork(sizes, { generator: random })
  const optimizer = new AdamW(network)
  const readings = batchIndices(training.labels.length, { size: 64, shuffle: random })

  for (let epoch = 1; epoch <= epochs; epoch++) {
    for (const indices of readings) {
      const digits = pick(training, indices)
      const loss = crossEntropyLoss(logitsOf(network, digits), digits.labels)
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
    }
  }
  return network
}

export async function trainWithHelper(
  training: Digits,
  { sizes, epochs, seed }: Plan,
): Promise<Network> {
  const random = new Generator(seed)
  const network = makeNetwork(sizes, { generator: random })
  const optimizer = new AdamW(network)

  await train({
    epochs,
    batches: batchIndices(training.labels.length, { size: 64, shuffle: random }),
    step(indices) {
      const digits = pick(training, indices)
      const loss = crossEntropyLoss(logitsOf(network, digits), digits.labels)
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
      return loss.item()
    },
  })
  return network
}
