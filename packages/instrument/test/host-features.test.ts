import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { weave } from '../src/index.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** Runs a program as it is and woven, with the same flags and environment. */
function runBoth(source: string, flags: string[] = [], environment: Record<string, string> = {}) {
  const woven = weave(source, { filename: 'program.js', format: 'commonjs' })
  if (woven.status !== 'woven') throw new Error(woven.message)
  return [source, woven.code].map((code) => {
    const folder = mkdtempSync(join(tmpdir(), 'host-features-'))
    folders.push(folder)
    writeFileSync(join(folder, 'program.js'), code)
    const env = { ...process.env, ...environment }
    const { stdout } = spawnSync(process.execPath, [...flags, 'program.js'], { cwd: folder, env, encoding: 'utf8' })
    return { folder, stdout: stdout.replaceAll(folder, '') }
  }) as [Run, Run]
}
interface Run {
  folder: string
  stdout: string
}

test('--enable-source-maps finds the original line, where lines of the text map to lines', () => {
  // Lines 0 to 3 of the text are lines 10, 9, 8 and 7 of the original.
  const map = { version: 3, sources: ['original.ts'], names: [], mappings: 'AAUA;AADA;AADA;AADA' }
  const url = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`
  const source = `const f = () => { throw new Error('mapped') }
function g(a) { const b = a; return f(b) }
try { g(1) } catch (error) {
console.log(error.stack.match(/original\\.ts:\\d+/g).join()) }
//# sourceMappingURL=${url}\n`
  const [unwoven, woven] = runBoth(source, ['--enable-source-maps'])
  expect(unwoven.stdout).toBe('original.ts:11,original.ts:10,original.ts:9\n')
  expect(woven.stdout).toBe(unwoven.stdout)
})

test('NODE_V8_COVERAGE counts the calls of the program alike, and adds functions of ours', () => {
  const source = `function used(a) {\n if (a) return a + 1\n return 0\n}\nconst arrow = () => used(1)\narrow(); arrow()\nfunction unused() {\n return 1\n}\n`
  const [unwoven, woven] = runBoth(source, [], { NODE_V8_COVERAGE: 'coverage' })
  expect(calls(unwoven)).toEqual(['used 2', 'arrow 2', 'unused 0'])
  expect(calls(woven).filter((call) => !call.startsWith('$lr_'))).toEqual(calls(unwoven))
})

test('what V8 keeps for closures is what it kept before: no variable moves into a context', () => {
  // Each function is asked for the variables of the scopes around it: the mark `kept` is on all that should be there.
  const source = `const { Session } = require('node:inspector')
const keptByModule = [1], leftInModule = [2]
let counted = leftInModule.length
function factory(keptByBoth, leftAsParameter) {
  const keptByOne = 1, left = leftAsParameter + keptByOne
  let sum = left
  for (let keptInLoop = 0; keptInLoop < 2; keptInLoop++) {
    const leftInLoop = keptInLoop * 2
    sum += leftInLoop
    made.push(function perTurn() { const own = keptInLoop; return own + keptByBoth })
  }
  try { throw sum } catch (leftCaught) { sum += leftCaught }
  class Kept { #hidden = keptByOne; read() { const own = this.#hidden; return own } }
  made.push(Kept.prototype.read, () => { const own = keptByModule; return own })
  return async function later(leftAsToo) { const own = keptByBoth; await own; return [own, leftAsToo] }
}
const made = []
made.push(factory(1, 2), function* generator(left) { const own = left; yield own })
globalThis.made = made
const session = new Session()
session.connect()
const post = (method, params) => { let answer; session.post(method, params, (error, result) => { answer = result }); return answer }
const listed = (objectId) => post('Runtime.getProperties', { objectId, ownProperties: true })
for (let i = 0; i < made.length; i++) {
  const { result } = post('Runtime.evaluate', { expression: 'made[' + i + ']' })
  const scopes = listed(result.objectId).internalProperties.find(({ name }) => name === '[[Scopes]]')
  const around = listed(scopes.value.objectId).result.filter(({ value }) => value?.description !== 'Global')
  console.log(made[i].name, around.map(({ value }) => listed(value.objectId).result.map(({ name }) => name).filter((name) => !name.startsWith('$lr_')).join()).join(' | '))
}`
  const [unwoven, woven] = runBoth(source)
  expect(unwoven.stdout).toContain('perTurn keptInLoop | keptByBoth,')
  expect(unwoven.stdout).not.toMatch(/\bleft/)
  expect(woven.stdout).toBe(unwoven.stdout)
})

function calls({ folder }: Run): string[] {
  const [file] = readdirSync(join(folder, 'coverage'))
  const { result } = JSON.parse(readFileSync(join(folder, 'coverage', file!), 'utf8')) as Coverage
  const script = result.find(({ url }) => url.endsWith('program.js'))!
  return script.functions
    .filter(({ functionName }) => functionName !== '')
    .map(({ functionName, ranges }) => `${functionName} ${ranges[0]!.count}`)
}
interface Coverage {
  result: { url: string; functions: { functionName: string; ranges: { count: number }[] }[] }[]
}
