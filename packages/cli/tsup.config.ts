import { defineConfig } from 'tsup'
import { library } from '../../tsup.base.ts'

// A command, not a library: nobody imports it, so there is one format and there are no types.
export default defineConfig(library({ entry: ['src/main.ts'], format: ['esm'], dts: false }))
