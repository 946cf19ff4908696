/** How browsers show nodes in their console. */
import { Node } from './graph.ts'

type Formatter = {
  header(x: unknown): unknown
  hasBody(x: unknown): boolean
}

const FORMATTER: Formatter = {
  header: (x) => (x instanceof Node ? ['span', {}, x.toString()] : null),
  hasBody: () => false,
}

/**
 * Makes `console.log` in a browser show a Value as Node does. Custom formatters must be switched on in
 * the settings of the developer tools. Calling it again changes nothing.
 */
export function installDevtoolsFormatter(): void {
  const scope = globalThis as { devtoolsFormatters?: Formatter[] }
  const installed = (scope.devtoolsFormatters ??= [])
  if (!installed.includes(FORMATTER)) installed.push(FORMATTER)
}
