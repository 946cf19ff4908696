// A network of any size: matrices with `relu` between them. How it is asked, how it learns from a
// batch, and how well it does.
import { crossEntropyLoss } from '@smol/losses'
import { accuracy } from '@smol/losses/metrics'
import { heNormal, MLArray, noGrad, zeros } from '@smol/mlarray'
import type { DType, Generator } from '@smol/mlarray'
import type { RowOptimizer } from '@smol/optim'
import { PIXELS, type Digits } from './data.ts'
import type { Score } from './report.ts'

export type Network = readonly { readonly w: MLArray; readonly b: MLArray }[]

/** `[784, 128, 10]` is a network from 784 pixels over 128 hidden numbers to 10 logits. */
export function makeNetwork(
  sizes: readonly number[],
  { dtype = 'float32', generator }: { readonly dtype?: DType; readonly generator: Generator },
): Network {
  return sizes.slice(1).map((size, i) => ({
    w: heNormal([sizes[i]!, size], { dtype, generator }),
    b: zeros([size], { dtype }),
  }))
}

/** Ten numbers for each image; the largest is the answer. Shape: `[images, 10]`. */
export function logitsOf(network: Network, { images }: Digits): MLArray {
  const shape = [images.length / PIXELS, PIXELS]
  let x = new MLArray(images, { shape, dtype: network[0]!.w.dtype, requiresGrad: false })
  network.forEach(({ w, b }, i) => {
    x = x.matmul(w).add(b)
    if (i < network.length - 1) x = x.relu()
  })
  return x
}

/** One step downhill; how well it did before it. */
export function learn(network: Network, optimizer: RowOptimizer, digits: Digits): Score {
  const logits = logitsOf(network, digits)
  const loss = crossEntropyLoss(logits, digits.labels)
  optimizer.zeroGrad()
  loss.backward()
  optimizer.step()
  return { loss: loss.item(), accuracy: accuracy(logits, digits.labels) }
}

/** How well the network reads these digits. Nothing is learned from them. */
export function examine(network: Network, digits: Digits): Score & { readonly logits: MLArray } {
  return noGrad(() => {
    const logits = logitsOf(network, digits)
    return {
      logits,
      loss: crossEntropyLoss(logits, digits.labels).item(),
      accuracy: accuracy(logits, digits.labels),
    }
  })
}
