export type Schedule = {
  (step: number, learningRate: number): number
  readonly momentum?: (step: number) => number
}
