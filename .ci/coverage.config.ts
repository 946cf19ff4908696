// What the tests of the four packages reach in their sources: `pnpm coverage`. The run fails below the floors.
// `PACKAGES=value,losses` narrows it; the page with every line is out/coverage/index.html.
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const root = join(import.meta.dirname, '..')

/** Percent of the lines, statements and branches of a package that its own tests must reach. */
const floors = { value: 95, losses: 95, optim: 95, mlarray: 90 }

const packages = (process.env['PACKAGES'] ?? Object.keys(floors).join(',')).split(',')

export default defineConfig({
  root,
  test: {
    projects: packages.map((name) => ({
      root: join(root, 'packages', name),
      test: {
        name,
        include: ['test/**/*.test.ts'],
        // They measure memory for a minute, and reach nothing that the others do not.
        exclude: ['test/memory.test.ts'],
        testTimeout: 120_000,
      },
    })),
    coverage: {
      enabled: true,
      provider: 'v8',
      reportsDirectory: join(root, 'out/coverage'),
      reporter: ['text', 'html', 'json'],
      include: packages.map((name) => `packages/${name}/src/**/*.ts`),
      // Written by programs, and compared with their sources by tests of their own.
      exclude: ['packages/mlarray/src/generated/**'],
      thresholds: Object.fromEntries(
        Object.entries(floors)
          .filter(([name]) => packages.includes(name))
          .map(([name, floor]) => [
            `packages/${name}/src/**`,
            { lines: floor, statements: floor, branches: floor },
          ]),
      ),
    },
  },
})
