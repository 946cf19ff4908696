// Compiles assembly/kernels.ts to WebAssembly, once per set of features, and writes the modules as text to
// src/generated/kernels.ts. The source asks `ASC_FEATURE_RELAXED_SIMD` where the two differ: in a few functions,
// so each function stands there once, and a module is a list of places. In hexadecimal digits, since these
// compress better than base64, whose digits straddle bytes. JavaScript, since the compiler's types declare globals.
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
      `assembly/kernels.ts --outFile kernels.wasm -O3 --converge --noAssert --runtime stub --use abort=`,
      `--importMemory --noExportMemory --initialMemory 1 --maximumMemory 65536`,
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
  modules.push({
    name,
    about: `${module.length} bytes, needs ${features.join(' and ')}.`,
    pieces: piecesOf(module).map((piece) => Buffer.from(piece).toString('hex')),
  })
  console.log(`${name}: ${module.length} bytes`)
}
// Those that differ a little stand together, so that a compressor sees it.
const all = new Set(
  modules[0].pieces
    .flatMap((_, i) => modules.map(({ pieces }) => pieces[i]))
    .concat(modules.flatMap(({ pieces }) => pieces)),
)
const places = new Map([...all].map((piece, i) => [piece, i]))
mkdirSync(`${root}src/generated`, { recursive: true })
writeFileSync(
  `${root}src/generated/kernels.ts`,
  `// Generated from assembly/ by tools/build-wasm.mjs: do not edit.
/** Pieces of modules, in hexadecimal digits. */
export const pieces: readonly string[] = [
${[...all].map((piece) => `  '${piece}',`).join('\n')}
]
${modules
  .map(({ name, about, pieces }) => {
    const list = pieces.map((piece) => places.get(piece)).join(', ')
    return `/** ${about} */\nexport const ${name}: readonly number[] = [${list}]\n`
  })
  .join('')}`,
)
