// What the program says, as text.
/** `12345.6` → `12,346`. */
export const count = (n: number): string => Math.round(n).toLocaleString('en')

/** `0.9512` → `95 %`. */
export const percent = (share: number): string => `${(100 * share).toFixed(0)} %`

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`

export const milliseconds = (time: number): string =>
  `${time < 100 ? time.toPrecision(3) : count(time)} ms`

/** `e` to the loss: the loss of a blind choice among so many symbols. */
export const perplexity = (loss: number): string => Math.exp(loss).toFixed(2)

/** `epoch  3/12  loss 2.1024   62 steps/s` */
export function epochLine(epoch: number, epochs: number, loss: number, perMillisecond: number) {
  return [
    `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
    `loss ${loss.toFixed(4)}`,
    `${count(1000 * perMillisecond).padStart(4)} steps/s`,
  ].join('  ')
}

/** Whether the network has read a name, could only have guessed that it is one, or made it up. */
export type Origin = 'learnt' | 'held out' | 'new'

export type Invented = { readonly name: string; readonly origin: Origin }

const MARK = { learnt: '-', 'held out': '+', new: ' ' }

/** In columns, each name with the mark of its origin. */
export function namesTable(names: readonly Invented[], columns = 6): string {
  const cells = names.map(({ name, origin }) => `${MARK[origin]}${name}`.padEnd(14))
  return Array.from({ length: Math.ceil(cells.length / columns) }, (_, row) =>
    `  ${cells.slice(row * columns, (row + 1) * columns).join('')}`.trimEnd(),
  ).join('\n')
}

/** The losses of the same steps in arrays and in scalars, side by side. */
export function stepsTable(steps: readonly { arrays: number; scalars: number }[]): string {
  return [
    'step     loss in arrays    loss in scalars',
    ...steps.map(({ arrays, scalars }, i) =>
      [
        String(i + 1).padStart(4),
        arrays.toFixed(12).padStart(19),
        scalars.toFixed(12).padStart(19),
      ].join(''),
    ),
  ].join('\n')
}
