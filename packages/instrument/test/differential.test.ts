import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { differential } from './differential/command.ts'
import { Harness } from './differential/harness.ts'

// Each starts a dozen processes.
vi.setConfig({ testTimeout: 120_000 })

let harness: Harness
let folder: string
beforeAll(async () => {
  harness = await Harness.build()
})
afterAll(() => harness[Symbol.dispose]())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lightrun-differential-test-'))
  return () => rmSync(folder, { recursive: true, force: true })
})

async function run(files: Record<string, string>, ...args: string[]) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const lines: string[] = []
  const errors: string[] = []
  const code = await differential([folder, '--jobs', '1', ...args], {
    preload: harness.preload,
    write: (line) => lines.push(line),
    writeError: (line) => errors.push(line),
  })
  return { code, output: lines.join('\n'), errors: errors.join('\n') }
}

describe('programs that agree', () => {
  test('are counted, in CommonJS and as modules, with the probes that were armed', async () => {
    const files = {
      'a.js': 'const { b } = require("./node_modules/b"); console.log(b(1))',
      'deep/c.mjs': 'export const c = 1; console.log(c, this); setTimeout(() => console.error("late"), 1)',
      'node_modules/b/index.js': 'exports.b = (x) => { const y = x + 1; return y }',
    }
    const { code, output } = await run(files, '--share', '1')
    expect(output).toMatch(/^2 of 2 files agree; (\d+) probes armed, (\d+) hits$/)
    expect(output).not.toContain(' 0 ')
    expect(code).toBe(0)
  })

  test('however they end', async () => {
    const { code, output } = await run({
      'exit.js': 'console.log(1); process.exit(3)',
      'kill.js': 'console.log(1); process.kill(process.pid, "SIGKILL"); for (;;);',
      'reject.mjs': 'await Promise.reject(new TypeError("no"))',
      'syntax.js': 'console.log(1',
      'throw.js': 'function f() {\n  throw new Error("no") }\nf()',
    })
    expect(output).toContain('5 of 5 files agree')
    expect(output).toContain('- syntax.js cannot be woven: syntax_error')
    expect(code).toBe(0)
  })
})

/** Each sees something that weaving is known to change, in place of a defect. */
const observers = {
  output: 'console.log("same"); console.log(String(function f() { return 1 }).length)',
  'exit code': 'process.exitCode = String(function f() { return 1 }).length % 100',
  error: 'throw new Error(String(function f() { return 1 }).length)',
  export: 'exports.length = String(function f() { return 1 }).length',
  signal:
    'if (String(function f() { return 1 }).length > 30) process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 50)',
}

describe('a program that differs is told, with the difference', () => {
  test.each(Object.entries(observers))('in its %s', async (_, text) => {
    const { code, output } = await run({ 'observer.js': text, 'other.js': 'console.log(1)' })
    expect(output).toMatch(/^✗ observer\.js: dormant, .*(\n +unwoven +\| .*(\n +\| .*)*\n +woven +\| .*)/)
    expect(output).toContain('1 of 2 files agree')
    expect(code).toBe(1)
  })

  test('in what armed probes do, with the seed that shows it', async () => {
    const text = `const cell = Object.getOwnPropertyNames(globalThis).find((name) => name.startsWith('$lr_'))
      const f = () => { return 1 }
      console.log(f(), Object.getOwnPropertyNames(globalThis).some((name) => typeof globalThis[name] === 'function' && name.startsWith('$lr_')))`
    const { code, output } = await run({ 'observer.js': text }, '--seed', '7', '--share', '1')
    expect(output).toContain('✗ observer.js: armed (--seed 7 --share 1), output from line 1\n')
    expect(output).toContain('| 1 false\n')
    expect(output).toContain('| 1 true\n')
    expect(code).toBe(1)
  })
})

describe('what cannot be compared is told and is no failure', () => {
  test('a program that does not agree with itself', async () => {
    const { code, output } = await run({ 'random.js': 'console.log(process.hrtime.bigint())' })
    expect(output).toContain('? random.js: not the same every time, output from line 1')
    expect(output).toContain('1 not compared: 1 unstable, 0 endless')
    expect(code).toBe(0)
  })

  test('a program that does not end', async () => {
    const { output } = await run({ 'server.js': 'setInterval(() => {}, 1000)' }, '--timeout', '300')
    expect(output).toContain('? server.js: does not end by itself')
  })
})

describe('mistakes in the arguments', () => {
  test.each([
    [['--seed', 'x'], "--seed takes a whole number from 0 up, not 'x'"],
    [['--share', '2'], "--share takes a number from 0 to 1, not '2'"],
    [['--jobs', '0'], "--jobs takes a whole number from 1 up, not '0'"],
    [['--timeout', '-1'], 'argument is ambiguous'],
    [['--node', '/no/such/node'], 'there is no Node at /no/such/node'],
    [['--colour'], "Unknown option '--colour'"],
    [['b'], 'one folder at a time; what is b?'],
    [[], 'there is no .js, .mjs or .cjs file in'],
  ])('%j', async (args, message) => {
    const { code, errors } = await run({}, ...args)
    expect(errors).toContain(message)
    expect(errors).toContain('usage: npm run differential')
    expect(code).toBe(2)
  })

  test.each([
    [[], 'which folder?'],
    [['/no/such/folder'], '/no/such/folder does not exist'],
    [[import.meta.filename], 'is a file; give the folder it is in'],
  ])('%j instead of a folder', async (args, message) => {
    const errors: string[] = []
    const options = { preload: harness.preload, write() {}, writeError: (line: string) => errors.push(line) }
    expect(await differential(args, options)).toBe(2)
    expect(errors.join()).toContain(message)
  })
})
