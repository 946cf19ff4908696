// Compiles assembly/kernels.ts to WebAssembly, once per set of features, and writes the modules as text to
// src/generated/kernels.ts. The source asks `ASC_FEATURE_RELAXED_SIMD` where the two differ: in a few functions, so
// what they have in common stands there once. In hexadecimal digits, since these compress better than base64, whose
// digits straddle bytes. JavaScript, since the compiler's types declare globals.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createMemoryStream, main } from 'assemblyscript/asc'
import { sources } from './assembly.ts'

const root = `${import.meta.dirname}/../`
const sets = { simd: ['simd'], relaxed: ['simd', 'relaxed-simd'] }

/** A source file, in which a comment `// @inline` stands for the decorator, which other tools cannot read. */
function read(name, folder) {
  try {
    return readFileSync(`${folder}/${name}`, 'utf8').replaceAll('\n// @inline\n', '\n@inline\n')
  } catch {
    return null
  }
}

async function compile(name, features) {
  let module
  const stderr = createMemoryStream()
  const { error } = await main(
    [
      `assembly/kernels.ts --outFile kernels.wasm -O3 --shrinkLevel 1 --converge --noAssert`,
      `--runtime stub --use abort= --importMemory --noExportMemory --initialMemory 1 --maximumMemory 65536`,
      ...features.map((feature) => `--enable ${feature}`),
    ]
      .flatMap((options) => options.split(' '))
      .concat('--baseDir', root),
    { stderr, readFile: read, writeFile: (_, contents) => void (module = contents) },
  )
  if (error !== null || module === undefined)
    throw new Error(`asc failed for ${name}: ${String(error)}\n${stderr.toString()}`)
  return module
}

mkdirSync(`${root}assembly/generated`, { recursive: true })
for (const [name, text] of Object.entries(sources()))
  writeFileSync(`${root}assembly/generated/${name}`, text)

/** A module in pieces: its head, its sections, and of the code section every function. */
function piecesOf(module) {
  const CODE = 10
  let at = 8
  /** Reads an unsigned number, seven bits to a byte. */
  const number = () => {
    let [value, shift] = [0, 0]
    for (;;) {
      const byte = module[at++]
      value |= (byte & 127) << shift
      if (byte < 128) return value
      shift += 7
    }
  }
  const pieces = [module.slice(0, at)]
  while (at < module.length) {
    const start = at
    const id = module[at++]
    const size = number()
    const end = at + size
    if (id === CODE) {
      const count = number()
      pieces.push(module.slice(start, at))
      for (let i = 0; i < count; i++) {
        const from = at
        const length = number()
        at += length
        pieces.push(module.slice(from, at))
      }
    } else pieces.push(module.slice(start, end))
    at = end
  }
  return pieces
}

const modules = []
for (const [name, features] of Object.entries(sets)) {
  // oxlint-disable-next-line no-await-in-loop -- the compiler does one at a time
  const module = await compile(name, features)
  modules.push(piecesOf(module).map((piece) => Buffer.from(piece).toString('hex')))
  console.log(`${name}: ${module.length} bytes`)
}
// Where pieces differ they stand side by side, so that a compressor sees how little they do.
const [simd, relaxed] = modules
const pieces = ['']
for (let i = 0; i < Math.max(simd.length, relaxed.length); i++) {
  if (simd[i] === relaxed[i]) pieces.push(pieces.pop() + simd[i])
  else pieces.push(simd[i] ?? '', relaxed[i] ?? '', '')
}
mkdirSync(`${root}src/generated`, { recursive: true })
writeFileSync(
  `${root}src/generated/kernels.ts`,
  `// Generated from assembly/ by tools/build-wasm.mjs: do not edit.
/**
 * Pieces of modules, in hexadecimal digits, by threes: what both modules have, what follows in the one for
 * ${sets.simd.join(' and ')}, and what in the one for ${sets.relaxed.join(' and ')}.
 */
export const pieces: readonly string[] = [
${pieces.map((piece) => `  '${piece}',`).join('\n')}
]
`,
)
