import { defineConfig } from 'tsup'
import { library, privateZod } from '../../tsup.base.ts'

export default defineConfig(
  library({
    // Preloads and threads are found beside the bundle, by name.
    entry: {
      index: 'src/index.ts',
      register: 'src/register.ts',
      preload: 'src/preload.ts',
      'preload-worker': 'src/preload-worker.ts',
      'module-hook-thread': 'src/load/hook-thread.ts',
      'reader-thread': 'src/resolve/thread/reader-thread.ts',
    },
    ...privateZod,
  }),
)
