// Labels that could do harm, and what a drawing may show of them.
import { MLArray, Value } from '@smol/mlarray'

export const labels: readonly string[] = [
  '<img src=x onerror="alert(1)">',
  '</text><script>alert(1)</script>',
  '"] --> x["',
  '", shape=none] evil [label="',
  'a\\',
  'a\\" n9 -> n0',
  'one\ntwo\r\nthree\rfour',
  'end',
  '%%{init: {}}%%',
  '&lt;b&gt; &amp; #quot;#60;b#62;',
  '`code` {x} | (y) [z] click n0 call f()',
  '**bold** _low_ ~wave~ - 1. item',
  '$$x^2$$ and $y$',
  'fa:fa-ban fas:fa-user',
  '[link](javascript:alert(1)) https://example.com',
  '\\N \\G \\l \\r',
  '__proto__',
  '\u202Eabc\u202C',
  'tab\there',
  'bell\u0007 escape\u001B[31m null\u0000 end',
  'lone \uD800 surrogate \uDC00',
  'x'.repeat(20_000),
]

export const made: readonly (readonly [string, (label: string) => Value | MLArray])[] = [
  ['Value', (label) => new Value(1, { label }).mul(2)],
  ['array', (label) => new MLArray([1], { label }).mul(2)],
]

/** The lines of a label as they can be shown: on lines of their own, and without what has no shape. */
export const linesOf = (label: string): string[] =>
  label.split(/\r\n|\r|\n/).map((line) => line.replaceAll(/(?!\t)\p{Cc}|\p{Cs}/gu, '\uFFFD'))
