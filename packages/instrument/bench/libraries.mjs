// CPU-bound libraries, each loaded twice: as published and woven. Prints the woven time as a ratio of the other.
//   npm run build && node packages/instrument/bench/libraries.mjs
import { readFileSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { argv } from 'node:process'
import { geometricMean, interleave, median, ratios } from './measure.mjs'

const { weave } = await import(argv[2] ?? '../dist/index.js')
const require = createRequire(import.meta.url)
const compile = Module.prototype._compile

/** A second copy of a package, woven through and through, with every cell defined and dormant. */
function load(name, woven) {
  const before = { ...require.cache }
  for (const key of Object.keys(require.cache)) delete require.cache[key]
  Module.prototype._compile = function (code, filename, ...rest) {
    const result = woven ? weave(code, { filename, format: 'commonjs' }) : { status: 'untouched' }
    if (result.status !== 'woven') return compile.call(this, code, filename, ...rest)
    for (const cell of result.cells) {
      Object.defineProperty(globalThis, cell, { value: undefined, writable: true, configurable: true })
    }
    return compile.call(this, result.code, filename, ...rest)
  }
  try {
    return require(name)
  } finally {
    Module.prototype._compile = compile
    for (const key of Object.keys(require.cache)) delete require.cache[key]
    Object.assign(require.cache, before)
  }
}

const acornText = readFileSync(require.resolve('acorn'), 'utf8')
const markdown = readFileSync(require.resolve('marked/package.json').replace('package.json', 'README.md'), 'utf8')
const data = Array.from({ length: 200 }, (_, i) => ({
  id: i,
  name: `item ${i}`,
  tags: ['a', 'b'],
  nested: { x: i / 3 },
}))
const css = 'a { color: red; b: c } @media (x) { .d > e:hover { f: url(g.png) } }\n'.repeat(300)

const workloads = {
  acorn: (acorn) => () => acorn.parse(acornText, { ecmaVersion: 2022 }),
  marked: (marked) => () => marked.marked.parse(markdown),
  'js-yaml': (yaml) => {
    const text = yaml.dump(data)
    return () => yaml.dump(yaml.load(text))
  },
  yaml: (yaml) => {
    const text = yaml.stringify(data.slice(0, 40))
    return () => yaml.stringify(yaml.parse(text))
  },
  sucrase: (sucrase) => () => sucrase.transform(acornText, { transforms: ['imports'] }),
  postcss: (postcss) => () => String(postcss.parse(css)),
  'highlight.js': (hljs) => () => hljs.highlight(acornText.slice(0, 30_000), { language: 'javascript' }),
  semver: (semver) => () => {
    let n = 0
    for (let i = 0; i < 500; i++) n += semver.satisfies(`1.${i % 20}.${i % 7}`, '^1.2.3 || ~1.5 >=1.5.2') ? 1 : 0
    return n
  },
}

const all = []
for (const [name, workload] of Object.entries(workloads)) {
  const times = interleave([workload(load(name, false)), workload(load(name, true))])
  const ratio = ratios(times)[1]
  all.push(ratio)
  console.log(`${name.padEnd(14)}${median(times[0]).toFixed(2).padStart(9)} ms  woven × ${ratio.toFixed(3)}`)
}
console.log(`geometric mean × ${geometricMean(all).toFixed(3)}`)
