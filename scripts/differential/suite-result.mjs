const COLUMNS = ['name', 'files', 'agreeing', 'passed', 'armed', 'hits']

/** What test runners sum up with: `# pass 12`, `ℹ pass 12`, `  12 passing`. */
const PASSED = [/^(?:#|ℹ) pass +(\d+)$/gm, /^ +(\d+) passing/gm]

function countPassed(output) {
  let count = 0
  for (const pattern of PASSED) for (const [, passed] of output.matchAll(pattern)) count += Number(passed)
  return count
}

/** One package's suite. */
export class SuiteResult {
  #tally
  files = 0
  agreeing = 0
  passed = 0
  armed = 0
  hits = 0

  constructor(name, tally) {
    this.name = name
    this.#tally = tally
  }

  add(file, verdict) {
    this.files += 1
    const words = this.#tally.add(file, verdict)
    if (words !== '') console.log(words)
    if (verdict.status !== 'agrees') return
    const { ended, output, probes } = verdict.outcome
    if (ended !== 'exit code 0') console.log(`- ${file}: fails in every variant, with ${ended}`)
    this.agreeing += 1
    this.passed += countPassed(output)
    this.armed += probes.armed
    this.hits += probes.hits
  }

  get agrees() {
    return this.#tally.allAgree
  }
}

/** Prints a table, with what all suites come to in the last row. */
export function printTable(rows) {
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0)
  const total = { name: 'together' }
  for (const key of COLUMNS.slice(1)) total[key] = sum(key)
  const table = [Object.fromEntries(COLUMNS.map((key) => [key, key === 'name' ? 'package' : key])), ...rows, total]
  const widths = COLUMNS.map((key) => Math.max(...table.map((row) => String(row[key]).length)))
  for (const row of table) {
    console.log(
      COLUMNS.map((key, i) => (i === 0 ? row[key].padEnd(widths[i]) : String(row[key]).padStart(widths[i]))).join('  '),
    )
  }
}
