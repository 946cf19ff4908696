// Two trainings in one loop that never yields, and what stands in a file between two halves of one.
import { MLArray, randn, manualSeed, setKernels } from '@smol/mlarray'
import { fromSafetensors, safetensorsMetadata, toSafetensors } from '@smol/mlarray/safetensors'
import { Adam, SGD, stateFromTensors, stateToTensors, type Optimizer } from '../../src/index.ts'

export type Network = 'tiny' | 'digits'

export type Training = {
  readonly parameters: readonly MLArray[]
  readonly optimizer: Optimizer
  /** One step on the batch of this number. */
  readonly step: (number: number) => void
}

const untracked = { dtype: 'float32', requiresGrad: false } as const

function weights(inputs: number, outputs: number): [MLArray, MLArray] {
  const w = randn([inputs, outputs]).mul(1 / Math.sqrt(inputs))
  return [
    new MLArray(w.detach(), { dtype: 'float32' }),
    new MLArray(new Float32Array(outputs), { dtype: 'float32' }),
  ]
}

/** 2-16-16-1, batch 100, stochastic gradient descent; always the same from the start. */
function tiny(): Training {
  manualSeed(1)
  const batches = Array.from({ length: 8 }, () => randn([100, 2], untracked))
  const targets = batches.map((x) => x.square().sum({ axis: 1, keepdims: true }).tanh())
  const [[w1, b1], [w2, b2], [w3, b3]] = [weights(2, 16), weights(16, 16), weights(16, 1)]
  const parameters = [w1, b1, w2, b2, w3, b3]
  const optimizer = new SGD(parameters, { learningRate: 0.01 })
  const step = (number: number): void => {
    const h1 = batches[number % 8]!.matmul(w1).add(b1).tanh()
    const h2 = h1.matmul(w2).add(b2).tanh()
    const loss = h2
      .matmul(w3)
      .add(b3)
      .sub(targets[number % 8]!)
      .square()
      .mean()
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
  }
  return { parameters, optimizer, step }
}

/** 784-128-10, batch 64, Adam, on noise around ten patterns. */
function digits(): Training {
  manualSeed(2)
  const patterns = randn([10, 784], untracked)
  const labels = Array.from({ length: 64 }, (_, i) => i % 10)
  const batches = Array.from({ length: 8 }, () =>
    patterns
      .take(labels, { axis: 0 })
      .add(randn([64, 784], untracked))
      .detach(),
  )
  const [[w1, b1], [w2, b2]] = [weights(784, 128), weights(128, 10)]
  const parameters = [w1, b1, w2, b2]
  const optimizer = new Adam(parameters, { learningRate: 1e-3 })
  const at = labels.map((label) => [label])
  const step = (number: number): void => {
    const h = batches[number % 8]!.matmul(w1).add(b1).relu()
    const loss = h.matmul(w2).add(b2).logSoftmax().takeAlongAxis(at).mean().neg()
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
  }
  return { parameters, optimizer, step }
}

export function trainingOf(network: Network): Training {
  setKernels()
  return network === 'tiny' ? tiny() : digits()
}

/** Takes steps `from` up to `to`, which is left out. */
export function run({ step }: Training, from: number, to: number): void {
  for (let number = from; number < to; number++) step(number)
}

/** Parameters and optimiser as the bytes of one file. */
export function save({ parameters, optimizer }: Training): Uint8Array {
  const { tensors, metadata } = stateToTensors(optimizer.stateDict())
  const named = parameters.map((parameter, i) => [`parameter.${i}`, parameter] as const)
  return toSafetensors({ ...tensors, ...Object.fromEntries(named) }, metadata)
}

/** Goes on from such a file. */
export function load({ parameters, optimizer }: Training, bytes: Uint8Array): void {
  const tensors = Object.entries(fromSafetensors(bytes))
  const own = ([name]: readonly [string, MLArray]): boolean => name.startsWith('parameter.')
  for (const [name, x] of tensors.filter(own))
    parameters[Number(name.slice('parameter.'.length))]!.assign(x)
  const slots = tensors.filter((entry) => !own(entry))
  optimizer.loadStateDict(stateFromTensors(Object.fromEntries(slots), safetensorsMetadata(bytes)))
}
