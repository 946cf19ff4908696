// Thousands of hostile calls: pnpm fuzz [--seed 1] [--runs 20000]
import { asyncProperty } from 'fast-check'
// @boundaries-ignore what tests share stands with the lowest package
import { fuzz } from '../../../value/test/fuzz/run.ts'
// @boundaries-ignore as above
import { callsOf, isRefused } from '../../../value/test/fuzz/strange.ts'
import { cases, strange } from './hostile.ts'

await fuzz({
  'hostile calls': [
    asyncProperty(callsOf(cases, strange), async (call) => {
      await isRefused(cases, strange, call)
    }),
  ],
})
