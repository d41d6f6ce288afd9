import { type Action, decodeUpFrame, encodeFrame, type MemoryServer, type Report, type Task } from '@lightrun/core'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Bank, openBank } from '../test/bank.ts'
import { BY_LOOK, BY_NAME, HIDDEN_NAMES, KEY_BODY, PRIVATE_KEY, secretsIn } from '../test/secrets.ts'
import { createAgentLog } from './agent/agent-log.ts'

const PROGRAM = `
class Box {
  #inner
  constructor(inner) { this.inner = inner; this.#inner = inner }
}
function work(value, looks, password) {
  const seen = [value, looks]
  if (seen.length === 3) throw new Error('never')
  return value
}
function fail(looks) {
  const error = new Error('no such account: ' + looks)
  throw error
}
({ work, fail, Box })
`
const lineOf = (text: string) => PROGRAM.split('\n').findIndex((line) => line.includes(text)) + 1
const IN_WORK = lineOf('seen.length === 3')
const IN_FAIL = lineOf('throw error')

interface Program {
  work(value: unknown, looks: unknown, password: unknown): unknown
  fail(looks: unknown): never
  Box: new (inner: unknown) => object
}

/** Values with secrets all over them, and nothing else that could be taken for one. */
function valuesOf(Box: Program['Box']): fc.Arbitrary<unknown> {
  const looks = fc
    .tuple(fc.string({ maxLength: 30 }), fc.constantFrom(...BY_LOOK, PRIVATE_KEY), fc.boolean())
    .map(([pad, secret, after]) => `${pad.replace(/[^ ]/g, 'x')} ${secret}${after ? ' and more' : ''}`)
  const { value } = fc.letrec((tie) => {
    const hidden = fc.tuple(fc.constantFrom(...HIDDEN_NAMES), fc.constant(BY_NAME))
    return {
      leaf: fc.oneof(
        looks,
        looks.map((text) => new TypeError(text)),
        looks.map((text) => Symbol(text)),
        looks.map((text) => Buffer.from(text).toString('latin1')),
        looks.map((text) => ({ [text]() {} })[text]),
        looks.map((text) => Object.defineProperty(class {}, 'name', { value: text })),
        looks.map((text) => new (Object.defineProperty(class {}, 'name', { value: text }) as new () => object)()),
        fc.constantFrom(4111111111111111, -4111111111111111, 4111111111111111n),
        hidden.map(([name, text]) => ({ [name]: text })),
        hidden.map(([name, text]) => new Map([[name, text]])),
        hidden.map(([name, text]) => new Map([[Symbol(name), { text }]])),
        hidden.map(([name, text]) => new Headers({ [name.replace('_', '-')]: text })),
        hidden.map(([name, text]) => new Box({ deep: [{ [name]: { text: [text] } }] })),
        hidden.map(([name, text]) => Object.assign(new Error('failed'), { [name]: text })),
        hidden.map(([name, text]) => ({ [Symbol(name)]: text })),
      ),
      value: fc.oneof(
        { maxDepth: 3 },
        tie('leaf'),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(looks, tie('value'), { maxKeys: 3 }),
        fc.array(fc.tuple(looks, tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
        fc.array(tie('value'), { maxLength: 3 }).map((items) => new Set(items)),
        tie('value').map((inner) => new Box(inner)),
        tie('value').map((cause) => new Error('outer', { cause })),
      ),
    }
  })
  return value
}

describe('no secret is in what leaves the process', () => {
  let bank: Bank<Program>
  let server: MemoryServer
  let version = 0
  const printed: string[] = []

  beforeEach(async () => {
    printed.length = 0
    const print = (line: string) => void printed.push(line)
    bank = await openBank<Program>({
      ...{ source: PROGRAM, gives: '({ work,', level: 'debug' },
      // A user's folder may have any name.
      folder: 'ada.lovelace@analytical.example-',
      options: {
        quota: { maxCPUCost: 100, maxDynamicLogByteRate: 1e9 },
        log: { logger: { info: print, warn: print, error: print, debug: print } },
      },
    })
    server = bank.server
  })
  afterEach(() => bank[Symbol.asyncDispose]())

  let wanted: Action[] = []
  function want(...actions: Action[]): void {
    wanted = actions
    server.publish(encodeFrame({ protocol: 1, version: ++version, serverTimeMs: 1_000, actions }))
  }
  function action(id: string, task: Task, more: Partial<Action> = {}): Action {
    return { id, revision: 1, position: { file: 'bank.js', line: IN_WORK }, task, expiresAtMs: 61_000, ...more }
  }
  const log = (format: string, targets: ('server' | 'stdout')[] = ['server', 'stdout']): Task => ({
    type: 'log',
    format,
    level: 'info',
    targets,
  })
  const snapshot = (...watches: string[]): Task => ({ type: 'snapshot', watches })
  const reports = (): Report[] => server.received.flatMap((frame) => decodeUpFrame(frame).reports)
  const of = (id: string) => reports().filter(({ actionId }) => actionId === id)
  const states = (id: string) => of(id).flatMap((each) => (each.kind === 'status' ? [each.status.state] : []))
  const soon = (claim: () => void) => vi.waitFor(claim, { timeout: 5_000 })
  const isSettled = () =>
    soon(() => {
      for (const { id } of wanted)
        expect(
          states(id).some((state) => /placed|failed/.test(state)),
          id,
        ).toBe(true)
    })
  /** Bytes of frames, lines of the agent's log and of the application's: all of it, without a look at what it means. */
  function leaked(): string[] {
    const text = [...server.received.map((frame) => Buffer.from(frame).toString()), ...bank.said, ...printed].join('\n')
    // The path is a name like any other; the agent is asked by the file's own.
    return secretsIn(text)
  }

  it('of random values in variables, watches, logs, metrics, conditions and messages of errors', async () => {
    want(
      action('variables', snapshot()),
      action('watches', snapshot('value', 'looks', 'seen[0]', 'JSON.stringify(value)', 'looks.x.y', 'password')),
      action('text', log('{value} of {looks} {password}')),
      action('named', log('{userPassword: value} {is: looks}')),
      action('computed', log("{looks.length > 0 ? looks + '' : ''} {[looks].map(x => x).join()}")),
      action(
        'failing',
        log(
          '{JSON.parse(looks)} {[looks].map(x => JSON.parse(x))} {looks.map(x => x.y)} {value.a.b.c} {BigInt(looks)}',
        ),
      ),
      action('metric', { type: 'metric', name: 'm', expression: 'value' }),
      action('digits', { type: 'metric', name: 'm', expression: 'Number(looks)' }),
      action('condition', log('x'), { condition: 'JSON.parse(looks).ok' }),
      action('inside', log('x'), { condition: '[looks].some(x => JSON.parse(x).ok)' }),
      action('returned', snapshot('$return'), { at: 'return', position: { file: 'bank.js', line: IN_WORK } }),
      action('thrown', snapshot('$error', '$error.message', '$error.stack'), {
        at: 'throw',
        position: { file: 'bank.js', line: IN_FAIL },
      }),
    )
    await isSettled()
    const { work, fail, Box } = bank.program
    const look = fc.sample(fc.constantFrom(...BY_LOOK, PRIVATE_KEY, 4111111111111111, 4111111111111111n), 60)
    fc.sample(valuesOf(Box), 60).forEach((value, index) => {
      // V8 puts the name into the stack.
      const name = `${look[index]}`
      const caller = { [name]: () => work(value, look[index], BY_NAME) }
      caller[name]?.()
      try {
        fail(look[index])
      } catch {
        // As the application would.
      }
    })
    await bank.agent.flush(5_000)
    for (const id of ['variables', 'watches', 'text', 'named', 'computed', 'failing', 'returned', 'thrown']) {
      expect([id, of(id).filter(({ kind }) => kind === 'hit').length]).toEqual([id, 60])
    }
    expect(printed.length).toBeGreaterThan(0)
    expect(leaked()).toEqual([])
  })

  it('of what cannot be placed: paths and candidates in messages, details and notes', async () => {
    want(
      action('none', snapshot(), { position: { file: 'bank.js', line: 9_999 } }),
      action('nofile', snapshot(), { position: { file: 'bnak.js', line: 1 } }),
      action('nearest', snapshot(), { position: { file: 'bank.js', line: 1, nearest: true } }),
      action('syntax', log('{looks +}')),
    )
    await isSettled()
    expect(states('none')).toContain('failed')
    expect(leaked()).toEqual([])
  })
})

it('the agent’s log has none, whoever has said it', () => {
  const lines: string[] = []
  const log = createAgentLog('debug', (_, line) => lines.push(line))
  for (const secret of [...BY_LOOK, PRIVATE_KEY]) {
    log.debug(`about ${secret}`)
    log.warn(`${secret} failed`)
  }
  log.info('registered at https://user:hunter22@host.example as shop')
  expect(lines.join()).toContain('<redacted: card>')
  expect([...BY_LOOK, KEY_BODY, 'hunter22'].filter((secret) => lines.join().includes(secret))).toEqual([])
})
