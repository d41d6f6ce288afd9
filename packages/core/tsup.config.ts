import { defineConfig } from 'tsup'
import { library } from '../../tsup.base.ts'

// zod is bundled: its own entry point loads every locale, 40 ms of an agent's start against 5 ms tree-shaken.
export default defineConfig(library({ entry: ['src/index.ts', 'src/testing.ts'], noExternal: ['zod'] }))
