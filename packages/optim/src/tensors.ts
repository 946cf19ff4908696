/**
 * An optimiser's state as named arrays and texts: what formats such as safetensors store.
 */
import { MLArray } from '@smol/mlarray'
import { within } from '@smol/mlarray/kernels'
import { stateError } from './errors.ts'
import { isPlainObject } from './options.ts'
import { checkState, restore, saveAll, type OptimizerState, type ParameterState } from './state.ts'

const [TO, FROM] = ['stateToTensors', 'stateFromTensors'] as const

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
  return within(stateToTensors, () => {
    checkState(TO, state)
    const slots = Object.entries(state.state).flatMap(([i, parameter]) =>
      Object.entries(slotsOf(TO, i, parameter)).map(([name, numbers]) => {
        if (!Array.isArray(numbers))
          throw stateError(TO, `${name} of parameter ${i}`, numbers, 'a list of numbers')
        const what = `${name} of parameter ${i}`
        const data = Float64Array.from(Array.from(numbers, (x) => restore(TO, what, x)))
        return [`${i}.${name}`, new MLArray(data, { requiresGrad: false })] as const
      }),
    )
    // Nothing but what was checked, so that it is sure to be JSON.
    const bare = Object.entries(state.state).map(
      ([i, { step, kept }]) => [i, { step, kept, slots: {} }] as const,
    )
    const groups = state.groups.map(({ settings, scheduleStep, parameters }) => ({
      settings,
      scheduleStep,
      parameters,
    }))
    const { optimizer, skippedSteps } = state
    const rest = { optimizer, state: Object.fromEntries(bare), groups, skippedSteps }
    return {
      tensors: Object.fromEntries(slots),
      metadata: { state: JSON.stringify(rest) },
    }
  })
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
  return within(stateFromTensors, () => {
    if (!isPlainObject(tensors))
      throw stateError(FROM, 'the record of tensors', tensors, 'an object')
    const bare = parsed((metadata as StateTensors['metadata'] | null | undefined)?.['state'])
    const state: Record<string, ParameterState> = { ...bare.state }
    for (const [name, array] of Object.entries(tensors)) {
      const dot = name.indexOf('.')
      const i = name.slice(0, dot)
      if (!Object.hasOwn(state, i)) throw stateError(FROM, 'a tensor', name, 'that of a parameter')
      if (!(array instanceof MLArray)) throw stateError(FROM, name, array, 'an MLArray')
      const parameter = state[i]!
      const slots = {
        ...slotsOf(FROM, i, parameter),
        [name.slice(dot + 1)]: saveAll(array.toTypedArray()),
      }
      state[i] = { ...parameter, slots }
    }
    return { ...bare, state }
  })
}

/** The state without its slots, from the text that `stateToTensors` has made. */
function parsed(text: unknown): OptimizerState {
  let bare: unknown
  try {
    bare = typeof text === 'string' ? JSON.parse(text) : undefined
  } catch {
    // Not even JSON: the same as nothing.
  }
  if (bare === undefined) throw stateError(FROM, 'the text named state', text, 'that of a state')
  checkState(FROM, bare as OptimizerState)
  return bare as OptimizerState
}

function slotsOf(op: string, i: string, parameter: unknown): ParameterState['slots'] {
  const slots: unknown = isPlainObject(parameter) ? parameter['slots'] : undefined
  if (!isPlainObject(slots)) throw stateError(op, `slots of parameter ${i}`, slots, 'an object')
  return slots as ParameterState['slots']
}
