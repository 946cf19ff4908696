// Thousands of hostile calls and random programs: pnpm fuzz [--seed 1] [--runs 20000]
import { asyncProperty, property } from 'fast-check'
import { cases, strange } from './hostile.ts'
import { compared, programs } from './programs.ts'
import { fuzz } from './run.ts'
import { callsOf, isRefused } from './strange.ts'

await fuzz({
  'hostile calls': [
    asyncProperty(callsOf(cases, strange), async (call) => {
      await isRefused(cases, strange, call)
    }),
  ],
  programs: [
    property(programs, (program) => {
      const found = compared(program)
      if (found !== 'same') throw new Error(found)
    }),
    0.25,
  ],
})
