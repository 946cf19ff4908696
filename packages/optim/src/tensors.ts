/**
 * An optimiser's state as named arrays and texts: what formats such as safetensors store.
 */
import { MLArray } from '@smol/mlarray'
import { stateError } from './errors.ts'
import { saveAll, type OptimizerState, type ParameterState } from './state.ts'

/** The slots as arrays, named `0.expAvg` and so on, and everything else as text. */
export type StateTensors = {
  readonly tensors: Readonly<Record<string, MLArray>>
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * A state as `toSafetensors` takes it. Nothing is lost: slots are float64, and so hold float32 too.
 *
 * @example
 * const { tensors, metadata } = stateToTensors(optimizer.stateDict())
 * writeFileSync('adam.safetensors', toSafetensors(tensors, metadata))
 */
export function stateToTensors(state: OptimizerState): StateTensors {
  const slots = Object.entries(state.state).flatMap(([i, parameter]) =>
    Object.entries(parameter.slots).map(([name, numbers]) => {
      const data = Float64Array.from(numbers, Number)
      return [`${i}.${name}`, new MLArray(data, { requiresGrad: false })] as const
    }),
  )
  const bare = Object.entries(state.state).map(([i, each]) => [i, { ...each, slots: {} }] as const)
  return {
    tensors: Object.fromEntries(slots),
    metadata: { state: JSON.stringify({ ...state, state: Object.fromEntries(bare) }) },
  }
}

/**
 * The state that `stateToTensors` was given, for `loadStateDict`.
 *
 * @throws RangeError where these are not the arrays and texts of a state.
 * @example
 * const bytes = readFileSync('adam.safetensors')
 * optimizer.loadStateDict(stateFromTensors(fromSafetensors(bytes), safetensorsMetadata(bytes)))
 */
export function stateFromTensors(
  tensors: Readonly<Record<string, MLArray>>,
  metadata: Readonly<Record<string, string>>,
): OptimizerState {
  const text = metadata['state']
  if (text === undefined)
    throw stateError('stateFromTensors', 'the text named state', undefined, 'that of a state')
  const bare = JSON.parse(text) as OptimizerState
  const state: Record<string, ParameterState> = { ...bare.state }
  for (const [name, array] of Object.entries(tensors)) {
    const dot = name.indexOf('.')
    const parameter = state[name.slice(0, dot)]
    if (parameter === undefined)
      throw stateError('stateFromTensors', 'a tensor', name, 'that of a parameter')
    const slots = { ...parameter.slots, [name.slice(dot + 1)]: saveAll(array.toTypedArray()) }
    state[name.slice(0, dot)] = { ...parameter, slots }
  }
  return { ...bare, state }
}
