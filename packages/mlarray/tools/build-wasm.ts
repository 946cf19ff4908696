// Compiles assembly/kernels.ts to WebAssembly, once per set of features, and writes the modules as base64
// text to src/generated/kernels.ts. The source asks `ASC_FEATURE_RELAXED_SIMD` where the two differ.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createMemoryStream, main } from 'assemblyscript/asc'
import { sources } from './assembly.ts'

const root = `${import.meta.dirname}/../`
const sets = { simd: ['simd'], relaxed: ['simd', 'relaxed-simd'] }

async function compile(name: string, features: readonly string[]): Promise<Uint8Array> {
  let module: Uint8Array | undefined
  const stderr = createMemoryStream()
  const { error } = await main(
    [
      `assembly/kernels.ts --outFile kernels.wasm -O3 --converge --noAssert --runtime stub --use abort=`,
      `--importMemory --noExportMemory --initialMemory 1 --maximumMemory 65536`,
      ...features.map((feature) => `--enable ${feature}`),
    ]
      .flatMap((options) => options.split(' '))
      .concat('--baseDir', root),
    { stderr, writeFile: (_, contents) => void (module = contents as Uint8Array) },
  )
  if (error !== null || module === undefined)
    throw new Error(`asc failed for ${name}: ${String(error)}\n${stderr.toString()}`)
  return module
}

mkdirSync(`${root}assembly/generated`, { recursive: true })
for (const [name, text] of Object.entries(sources()))
  writeFileSync(`${root}assembly/generated/${name}`, text)

let source = '// Generated from assembly/ by tools/build-wasm.ts: do not edit.\n'
for (const [name, features] of Object.entries(sets)) {
  // oxlint-disable-next-line no-await-in-loop -- the compiler does one at a time
  const module = await compile(name, features)
  source += `/** ${module.length} bytes, needs ${features.join(' and ')}. */\n`
  source += `export const ${name} =\n  '${Buffer.from(module).toString('base64')}'\n`
  console.log(`${name}: ${module.length} bytes`)
}
mkdirSync(`${root}src/generated`, { recursive: true })
writeFileSync(`${root}src/generated/kernels.ts`, source)
