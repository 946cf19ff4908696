// Mutation testing: `pnpm mutate`, hours on two cores; `pnpm mutate --mutate packages/value/src/ops.ts` takes
// one file, and what an earlier run has found stays in out/mutation (docs/proof.md has the score).
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: '.ci/mutation.config.ts', related: false },
  mutate: ['packages/{value,losses}/src/*.ts', '!packages/*/src/{index,lift,metrics}.ts'],
  // What the tests read: not the examples, the documentation, nor another sandbox.
  ignorePatterns: ['/examples', '/docs', '/bench', '/out', '.turbo'],
  // TypeScript 7 has no API for Stryker to strip type checks with; vitest does not check types.
  disableTypeChecks: false,
  coverageAnalysis: 'perTest',
  // What runs only while a module loads would face every test again: the coefficients, names and sampling intervals.
  ignoreStatic: true,
  concurrency: 2,
  incremental: true,
  incrementalFile: 'out/mutation/incremental.json',
  tempDirName: 'out/mutation/sandbox',
  reporters: ['clear-text', 'progress', 'html', 'json'],
  htmlReporter: { fileName: 'out/mutation/index.html' },
  jsonReporter: { fileName: 'out/mutation/mutation.json' },
  // A text that no test pins is not a wrong number: the messages have snapshots of their own.
  thresholds: { high: 95, low: 90, break: null },
}
