// How long the compiler takes over a file of 500 array operations, beyond an import of the package, in
// each supported TypeScript; and whether the programs of `test/types` are refused there too. Expects a
// built package, and fetches the compilers with npm.
//   TS=7.0.2 RUNS=9 node bench/typecheck.ts   narrows it
import { execFileSync, execSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const compilers = (process.env['TS'] ?? '5.4.5,5.9.3,6.0.3,7.0.2').split(',')
const runs = Number(process.env['RUNS'] ?? 5)
const operations = 500
const dir = mkdtempSync(join(tmpdir(), 'mlarray-typecheck-'))

/** A dozen operations on shapes that follow from `n`, with variables named after `i`. */
const round = (i: number, n: number): string => `
const x${i} = zeros([${n + 2}, ${n + 3}])
const w${i} = x${i}.matmul(ones([${n + 3}, ${n + 5}]))
const b${i} = w${i}.add(ones([${n + 5}]))
const r${i} = b${i}.relu()
const m${i} = r${i}.mean({ axis: 0, keepdims: true })
const c${i} = r${i}.sub(m${i}).mul(0.5)
const t${i} = c${i}.T.reshape([-1])
const s${i} = stack([t${i}, t${i}], { axis: -1 })
const e${i}: MLArray<[${(n + 2) * (n + 5)}, 2, 1]> = s${i}.expandDims(-1)
e${i}.sum().backward()
`
const perRound = round(0, 0).match(/(?<=[.\s(])\w+\(|\.T\b/g)!.length
const rounds = Math.ceil(operations / perRound)
const programOf = (shapeOf: (i: number) => number): string =>
  empty + Array.from({ length: rounds }, (_, i) => round(i, shapeOf(i))).join('')

const imports = "import { MLArray, ones, stack, zeros } from '@smol/mlarray'\n"
const empty = `${imports}export const all = [MLArray, ones, stack, zeros]\n`

const strict = '--noEmit --strict --skipLibCheck --target es2022 --lib es2022,dom'.split(' ')
const modules = '--module nodenext --moduleResolution nodenext'.split(' ')

/** The median time of type checking, in seconds, as the compiler reports it. */
function checkTime(version: string, file: string): number {
  const times = Array.from({ length: runs }, () => {
    const tsc = join(dir, `node_modules/ts${version}/bin/tsc`)
    const options = [...strict, ...modules, '--extendedDiagnostics', file]
    const report = execFileSync(process.execPath, [tsc, ...options], { cwd: dir, encoding: 'utf8' })
    return Number(/^Check time:\s+([\d.]+)s/m.exec(report)![1])
  })
  return times.toSorted((a, b) => a - b)[runs >> 1]!
}

try {
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  const wanted = compilers.map((version) => `ts${version}@npm:typescript@${version}`).join(' ')
  execSync(`npm install --no-save --no-audit --no-fund --loglevel error ${wanted}`, { cwd: dir })
  mkdirSync(join(dir, 'node_modules/@smol'))
  symlinkSync(root, join(dir, 'node_modules/@smol/mlarray'))
  const refused = readFileSync(join(root, 'test/types/refused.ts'), 'utf8')
  writeFileSync(join(dir, 'empty.ts'), empty)
  // A program has few shapes, which the compiler looks up; no shape twice is the worst case.
  writeFileSync(
    join(dir, 'few.ts'),
    programOf((i) => i % 3),
  )
  writeFileSync(
    join(dir, 'many.ts'),
    programOf((i) => i),
  )
  writeFileSync(join(dir, 'refused.ts'), refused.replace('../../src/index.ts', '@smol/mlarray'))
  console.log(
    `type checking of ${rounds * perRound} operations, beyond an import; median of ${runs} runs`,
  )
  for (const version of compilers) {
    const base = checkTime(version, 'empty.ts')
    const few = (checkTime(version, 'few.ts') - base).toFixed(2)
    const many = (checkTime(version, 'many.ts') - base).toFixed(2)
    checkTime(version, 'refused.ts') // throws where something is not refused
    console.log(`TypeScript ${version}: ${few} s on few shapes, ${many} s where all differ`)
  }
} finally {
  rmSync(dir, { recursive: true, force: true })
}
