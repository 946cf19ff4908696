/** A training that was interrupted and goes on in another process ends at the same bits. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run, save, trainingOf, type Network } from './soak/run.ts'

test.for([
  ['tiny', 200],
  ['digits', 8],
] as const satisfies [Network, number][])('%s', ([network, steps]) => {
  const whole = trainingOf(network)
  run(whole, 0, steps)
  const half = trainingOf(network)
  run(half, 0, steps / 2)
  const folder = mkdtempSync(join(tmpdir(), 'smol-soak-'))
  try {
    const [before, after] = [join(folder, 'before'), join(folder, 'after')]
    writeFileSync(before, save(half))
    const program = join(import.meta.dirname, 'soak', 'resume.ts')
    execFileSync(process.execPath, [program, network, `${steps / 2}`, `${steps}`, before, after])
    expect(Buffer.compare(readFileSync(after), Buffer.from(save(whole)))).toBe(0)
    expect(Buffer.compare(readFileSync(after), readFileSync(before))).not.toBe(0)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
