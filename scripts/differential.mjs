// Do woven programs behave as unwoven ones? Over any folder of JavaScript files; `--help` says how.
import { withHarness } from './differential/with-harness.mjs'

process.exitCode = await withHarness(({ differential }, preload) =>
  differential(process.argv.slice(2), { preload, write: console.log, writeError: console.error }),
)
