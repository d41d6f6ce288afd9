import { defineConfig } from 'tsup'
import { library } from '../../tsup.base.ts'

// ESM only: a command, and a library for those who embed it. The worker is a file of its own, because threads start
// from files; the template spares the first start PostgreSQL's initdb.
const base = library()

export default defineConfig(
  library({
    entry: {
      index: 'src/index.ts',
      main: 'src/main.ts',
      'pglite-worker': 'src/storage/pglite/pglite-worker.js',
    },
    format: ['esm'],
    // Nobody imports the command or the worker.
    dts: typeof base.dts === 'object' ? { ...base.dts, entry: { index: 'src/index.ts' } } : false,
    onSuccess: 'node scripts/make-template.mjs',
  }),
)
