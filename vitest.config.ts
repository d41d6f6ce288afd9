import { defineConfig } from 'vitest/config'

/** Tests run on the sources: no build is needed for the unit project. */
const source = {
  resolve: { conditions: ['@lightrun/source'] },
  ssr: { resolve: { conditions: ['@lightrun/source'], externalConditions: ['@lightrun/source'] } },
}

export default defineConfig({
  test: {
    projects: [
      {
        ...source,
        test: {
          name: 'unit',
          setupFiles: ['test/seed.ts'],
          include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts'],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...source,
        test: {
          name: 'e2e',
          setupFiles: ['test/seed.ts'],
          include: ['test/*.test.ts', 'examples/*/test/**/*.test.ts'],
          globalSetup: ['test/build.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        ...source,
        test: {
          name: 'toolchains',
          include: ['test/toolchains/*.test.ts'],
          globalSetup: ['test/build.ts'],
          testTimeout: 60_000,
        },
      },
    ],
  },
})
