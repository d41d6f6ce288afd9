import { defineConfig } from 'tsup'
import { library, privateZod } from '../../tsup.base.ts'

export default defineConfig([
  library({
    // Preloads and threads are found beside the bundle, by name.
    entry: {
      index: 'src/index.ts',
      lambda: 'src/lambda.ts',
      gcf: 'src/gcf.ts',
      register: 'src/register.ts',
      'preload-worker': 'src/preload-worker.ts',
      'module-hook-thread': 'src/load/hook-thread.ts',
      'exchange-thread': 'src/blocking/exchange-thread.ts',
      'reader-thread': 'src/resolve/thread/reader-thread.ts',
    },
    ...privateZod,
    clean: ['!preload.cjs*'],
  }),
  // One file, because each costs the start of the application half a millisecond.
  library({ entry: { preload: 'src/preload.ts' }, format: 'cjs', splitting: false, clean: false, dts: false }),
])
