// Prints our sandbox beside what else evaluates expressions, as Markdown tables: `npm run build:js && npm run bench:sandbox -w benchmarks`.
// `-- --only speed` (or safety, size), `-- --rounds 5`, `-- --evaluators 'jexl,cel-js'` beside ours.
import { parseArgs } from 'node:util'
import { EVALUATORS } from './evaluators.mjs'
import { installEvaluators } from './install.mjs'
import { tryCases } from './safety.mjs'
import { sizesOf } from './size.mjs'
import { measureCompiling, measureSpeed } from './speed.mjs'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '9' },
    evaluators: { type: 'string', default: Object.keys(EVALUATORS).join() },
  },
})
const rounds = Number(options.rounds)
const wanted = (part) => options.only === undefined || options.only === part

const { folder, missing } = await installEvaluators()
const evaluators = []
// Ours first: it is what the others are compared with.
for (const [index, [name, create]] of Object.entries(EVALUATORS).entries()) {
  if (index > 0 && !options.evaluators.split(',').includes(name)) continue
  if (missing[name] === undefined) evaluators.push(await create(folder))
}
console.log(`Node ${process.versions.node}, ${rounds} rounds, medians; × is the median ratio to ours within a round`)
for (const [name, why] of Object.entries(missing)) console.log(`${name} ${why}`)

if (wanted('safety')) {
  const results = await tryCases(evaluators, folder)
  table(
    ['it does not', ...evaluators.map(({ name }) => name)],
    results
      .map(({ name, harms }) => [name, ...evaluators.map((each) => (harms.has(each.name) ? '✗' : '✓'))])
      .concat([
        [
          'of them',
          ...evaluators.map(
            (each) => `${results.filter(({ harms }) => !harms.has(each.name)).length} of ${results.length}`,
          ),
        ],
      ]),
  )
  for (const { name, harms } of results) {
    for (const [evaluator, harm] of harms)
      console.log(`- ${evaluator}, ${name}: ${harm.length > 160 ? `${harm.slice(0, 160)}…` : harm}`)
  }
}
if (wanted('speed')) {
  const questions = await measureSpeed(evaluators, rounds)
  questions.push({ name: 'compiling the first', rows: await measureCompiling(evaluators, rounds) })
  table(
    ['ns', ...evaluators.map(({ name }) => name)],
    questions.map(({ name, rows }) => [
      name,
      ...evaluators.map((each) => {
        const row = rows.find((other) => other.name === each.name)
        return row === undefined ? '–' : `${Math.round(row.ns).toLocaleString('en')} (${times(row.ratio)})`
      }),
    ]),
  )
}
if (wanted('size')) {
  const kb = (bytes) => (bytes === undefined ? '–' : `${Math.round(bytes / 1_000).toLocaleString('en')} kB`)
  table(
    ['size', 'packages', 'installed', 'bundled, minified'],
    (await sizesOf(evaluators, folder)).map(({ name, packages, bytes, bundle }) => [
      name,
      packages,
      kb(bytes),
      kb(bundle),
    ]),
  )
}
process.exit()

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  console.log(`\n${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}`)
}

function times(ratio) {
  return ratio >= 10 ? `${Math.round(ratio).toLocaleString('en')}×` : `${ratio.toPrecision(2)}×`
}
