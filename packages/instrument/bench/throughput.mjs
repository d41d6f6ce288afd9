// How fast text is woven, warm and cold, in megabytes of source a second.
//   npm run build && node packages/instrument/bench/throughput.mjs
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { argv } from 'node:process'
import { median } from './measure.mjs'

const { weave } = await import(argv[2] ?? '../dist/index.js')
const require = createRequire(import.meta.url)

for (const name of ['acorn', 'marked', 'sucrase/dist/parser/traverser/expression.js', 'fastify', 'ajv', 'typescript']) {
  const filename = require.resolve(name)
  const source = readFileSync(filename, 'utf8')
  const times = []
  let result
  for (let round = 0; round < (source.length > 1e6 ? 3 : 15); round++) {
    const start = performance.now()
    result = weave(source, { filename, format: 'commonjs' })
    times.push(performance.now() - start)
  }
  if (result.status !== 'woven') throw new Error(`${name}: ${result.message}`)
  const speed = (ms) => `${(source.length / 1000 / ms).toFixed(1).padStart(5)} MB/s`
  console.log(
    `${name.slice(-20).padEnd(22)}${(source.length / 1e6).toFixed(2)} MB  first ${speed(times[0])}  warm ${speed(median(times))}` +
      `  ${result.sites.length} sites, text × ${(result.code.length / source.length).toFixed(1)}`,
  )
}
