import { defineConfig } from 'tsup'
import { library } from '../../tsup.base.ts'

export default defineConfig(
  library({ entry: ['src/start.ts', 'src/verify.ts'], format: 'esm', dts: false, external: [/^@lightrun\//] }),
)
