// Long trainings, synchronously: pnpm soak [--tiny 1000000] [--digits 10000] [--write]
// Memory and speed in ten slices; fails where memory grows, or an interrupted run ends elsewhere. Expects built packages.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { kernelMemory, setKernels } from '@smol/mlarray'
import { run, save, trainingOf, type Network } from './run.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const { values } = parseArgs({
  options: {
    tiny: { type: 'string', default: '1000000' },
    digits: { type: 'string', default: '10000' },
    write: { type: 'boolean', default: false },
  },
})

const SLICES = 10
const MEGABYTE = 2 ** 20
/** What the last slice may have above the first, in megabytes: compiled code and what the collector keeps ready. */
const ALLOWED = { heap: 4, arrays: 4, kernels: 0.5, resident: 128 }

type Memory = Record<keyof typeof ALLOWED, number>
type Slice = Memory & { readonly steps: number; readonly perSecond: number }

function memory(): Memory {
  // Buffers of dead arrays are freed beside the program; the next collection waits for that.
  for (let i = 0; i < 3; i++) collectGarbage()
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage()
  const [heap, arrays, resident] = [heapUsed, arrayBuffers, rss].map((n) => n / MEGABYTE)
  return {
    heap: heap!,
    arrays: arrays!,
    kernels: kernelMemory().used / MEGABYTE,
    resident: resident!,
  }
}

/** Of an even number of steps: `total` of them in slices, and the bytes at the half and at the end. */
function soak(network: Network, total: number): readonly [Slice[], Uint8Array, Uint8Array] {
  const training = trainingOf(network)
  const slices: Slice[] = []
  let half: Uint8Array = new Uint8Array()
  for (let i = 0; i < SLICES; i++) {
    const [from, to] = [(i * total) / SLICES, ((i + 1) * total) / SLICES]
    const start = performance.now()
    run(training, from, to)
    const perSecond = Math.round(((to - from) / (performance.now() - start)) * 1000)
    slices.push({ steps: to, perSecond, ...memory() })
    console.log(rowOf(slices.at(-1)!))
    if (2 * to === total) half = save(training)
  }
  return [slices, half, save(training)]
}

const HEAD =
  '| steps | steps/s | heap, MB | array buffers, MB | kernel memory, MB | resident, MB |\n' +
  '| ---: | ---: | ---: | ---: | ---: | ---: |'

function rowOf({ steps, perSecond, heap, arrays, kernels, resident }: Slice): string {
  const numbers = [heap, arrays, kernels].map((n) => n.toFixed(1))
  return `| ${[steps, perSecond, ...numbers, Math.round(resident)].join(' | ')} |`
}

/** Whether the second half in another process ends at the same bytes. */
function resumes(network: Network, total: number, half: Uint8Array, end: Uint8Array): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'smol-soak-'))
  try {
    const [before, after] = [join(folder, 'before'), join(folder, 'after')]
    writeFileSync(before, half)
    const program = join(import.meta.dirname, 'resume.ts')
    execFileSync(process.execPath, [program, network, `${total / 2}`, `${total}`, before, after])
    return Buffer.compare(readFileSync(after), end) === 0
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const sections: string[] = []
for (const network of ['tiny', 'digits'] as const) {
  const total = Number(values[network])
  if (!Number.isInteger(total / (2 * SLICES)) || total <= 0)
    throw new RangeError(`--${network} takes a multiple of ${2 * SLICES}, got ${total}.`)
  console.log(`${network}\n${HEAD}`)
  const [slices, half, end] = soak(network, total)
  for (const name of Object.keys(ALLOWED) as (keyof Memory)[]) {
    const growth = slices.at(-1)![name] - slices[0]![name]
    if (growth <= ALLOWED[name]) continue
    console.error(`${network}: ${name} has grown by ${growth.toFixed(1)} MB`)
    process.exitCode = 1
  }
  const same = resumes(network, total, half, end)
  if (!same) process.exitCode = 1
  const told = `The half from the file in a new process ends ${same ? 'at the same bits' : 'ELSEWHERE'}.`
  console.log(told)
  sections.push(
    `${network}, ${total} steps:\n\n${HEAD}\n${slices.map(rowOf).join('\n')}\n\n${told}`,
  )
}

if (values.write) {
  const page = join(import.meta.dirname, '../../../../docs/proof.md')
  const [begin, end] = ['<!-- soak -->', '<!-- /soak -->']
  const text = readFileSync(page, 'utf8')
  const date = new Date().toISOString().slice(0, 10)
  const where = `Measured ${date} on ${cpus()[0]!.model}, Node ${process.version}, kernels ${setKernels()}.`
  const results = `${begin}\n\n${where}\n\n${sections.join('\n\n')}\n\n${end}`
  const [head, rest] = [
    text.slice(0, text.indexOf(begin)),
    text.slice(text.indexOf(end) + end.length),
  ]
  if (head === '' || rest === text) throw new Error('docs/proof.md has no place for the results.')
  writeFileSync(page, head + results + rest)
}
