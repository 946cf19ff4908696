// Before each test file: the kernels and the threads that platforms.ts names. Only tests read these variables.
import { setKernels, setThreads } from '../packages/mlarray/dist/index.js'

const { KERNELS, THREADS } = process.env
if (KERNELS !== undefined) {
  const set = setKernels(KERNELS as 'plain' | 'simd' | 'relaxed')
  if (set !== KERNELS) throw new Error(`the kernels are ${set}, not ${KERNELS}`)
}
if (THREADS !== undefined) {
  const threads = await setThreads(Number(THREADS))
  if (threads !== Number(THREADS)) throw new Error(`there are ${threads} threads, not ${THREADS}`)
}
