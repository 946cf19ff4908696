/**
 * What the reference leaves out, which should be nothing: every name that an entry point exports, by the
 * committed report of its surface (`api/` of its package), and every method that `Value` and `MLArray` have at run
 * time, with a word about it.
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type DeclarationReflection, type ProjectReflection, ReflectionKind } from 'typedoc'

const ROOT = resolve(import.meta.dirname, '../..')

/** The names that an entry point exports. */
function exportsOf(entry: string): string[] {
  const [, name, point = 'index'] = entry.split('/')
  const report = readFileSync(join(ROOT, `packages/${name}/api/${point}.api.md`), 'utf8')
  const declared = report.matchAll(/^export (?:declare )?(?:abstract )?(?:\w+) (\w+)/gm)
  const others = report.matchAll(/^export \{ (\w+) \}/gm)
  return [...declared, ...others].map(([, exported]) => exported!)
}

/** Whether there is a word about it. */
const isDocumented = (reflection: DeclarationReflection): boolean =>
  reflection.hasComment() ||
  reflection.isReference() ||
  reflection.type?.visit({ reflection: ({ declaration }) => declaration.hasComment() }) === true ||
  reflection.getSignature?.hasComment() === true ||
  (reflection.signatures ?? []).some((signature) => signature.hasComment())

/** Methods that are not to be called, some of them private by type only. */
const OTHERS = new Set(['constructor', 'describe', 'pullUnary', 'partial'])

async function methodsOf(entry: string, name: string): Promise<string[]> {
  const [, folder] = entry.split('/')
  const file = join(ROOT, `packages/${folder}/dist/index.js`)
  const { [name]: given } = (await import(pathToFileURL(file).href)) as Record<string, Function>
  return Object.getOwnPropertyNames(given!.prototype).filter((method) => !OTHERS.has(method))
}

/** A sentence for each gap. */
export async function gapsOf(project: ProjectReflection): Promise<string[]> {
  const gaps: string[] = []
  const look = (place: string, names: readonly string[], found: DeclarationReflection[]): void => {
    for (const name of names) {
      const own = found.filter((reflection) => reflection.name === name)
      if (own.length === 0) gaps.push(`${place}: ${name} is missing.`)
      else if (!own.some(isDocumented)) gaps.push(`${place}: there is no word about ${name}.`)
    }
  }
  const modules = project.getChildrenByKind(ReflectionKind.Module)
  for (const module of modules) look(module.name, exportsOf(module.name), module.children ?? [])
  const lookInto = async (entry: string, name: string): Promise<void> => {
    const module = modules.find((other) => other.name === entry)
    const types = module?.children?.filter((child) => child.name === name) ?? []
    const members = types.flatMap(({ children = [] }) => children)
    look(`${entry}: ${name}`, await methodsOf(entry, name), members)
  }
  await Promise.all([lookInto('@smol/value', 'Value'), lookInto('@smol/mlarray', 'MLArray')])
  return gaps
}
