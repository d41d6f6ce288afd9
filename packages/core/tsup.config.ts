import { defineConfig } from 'tsup'
import { library, privateZod } from '../../tsup.base.ts'

export default defineConfig(library({ entry: ['src/index.ts', 'src/patterns.ts', 'src/testing.ts'], ...privateZod }))
