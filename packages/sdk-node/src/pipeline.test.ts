import {
  type Action,
  decodeUpFrame,
  encodeFrame,
  type MemoryServer,
  PACK_NAMES,
  type Report,
  type Task,
} from '@lightrun/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Bank, openBank } from '../test/bank.ts'

const PROGRAM = `
class Account {
  constructor(owner) { this.owner = owner }
  get balance() { touched.push('balance'); return 1 }
}
const touched = []
function pay(account, amount, token) {
  const cents = Math.round(amount * 100)
  return cents
}
({ pay, touched, Account })
`
const LINE = 9

interface Program {
  pay(account: object, amount: number, token?: string): number
  touched: string[]
  Account: new (owner: unknown) => object
}

describe('an agent in a process', () => {
  let bank: Bank<Program>
  let server: MemoryServer
  let program: Program
  let version = 0

  beforeEach(async () => {
    bank = await openBank<Program>({
      ...{ source: PROGRAM, gives: '({ pay,', folder: 'lightrun-sdk-', level: 'warn' },
      options: { quota: { maxCPUCost: 100 } },
    })
    ;({ server, program } = bank)
  })
  afterEach(async () => {
    await bank[Symbol.asyncDispose]()
    expect(bank.armed).toBe(0)
  })

  function want(...actions: Action[]): void {
    version++
    server.publish(encodeFrame({ protocol: 1, version, serverTimeMs: 1_000, actions }))
  }
  function action(id: string, task: Task, more: Partial<Action> = {}): Action {
    return { id, revision: 1, position: { file: 'bank.js', line: LINE }, task, expiresAtMs: 61_000, ...more }
  }
  const log = (format: string): Task => ({ type: 'log', format, level: 'info', targets: ['server'] })
  const reports = (): Report[] => server.received.flatMap((frame) => decodeUpFrame(frame).reports)
  const statuses = (id: string) =>
    reports().flatMap((each) => (each.kind === 'status' && each.actionId === id ? [each.status] : []))
  const states = (id: string) => statuses(id).map(({ state }) => state)
  const hits = (id: string) =>
    reports().flatMap((each) => (each.kind === 'hit' && each.actionId === id ? [each.data] : []))
  const soon = (claim: () => void) => vi.waitFor(claim, { timeout: 5_000 })
  const isPlaced = (id: string) => soon(() => expect(states(id)).toContain('placed'))

  it('introduces itself, places, answers, and says each step', async () => {
    want(action('a', log('{cents} cents of {account.owner.name}')))
    expect(await bank.agent.ready(5_000)).toBe(true)
    await isPlaced('a')
    expect(program.pay(new program.Account({ name: 'Ada' }), 1.25)).toBe(125)
    const fields = [
      { name: 'cents', value: { type: 'number', value: 125 } },
      { name: 'account.owner.name', value: { type: 'string', value: 'Ada' } },
    ]
    await soon(() => expect(hits('a')).toEqual([{ type: 'log', level: 'info', text: '125 cents of Ada', fields }]))
    expect(decodeUpFrame(server.received[0] ?? new Uint8Array()).hello).toMatchObject({
      displayName: 'host',
      pid: process.pid,
    })
    await soon(() => expect(states('a')).toEqual(['received', 'placed', 'hitting']))
  })

  it('never runs a getter, and names what it left out', async () => {
    want(action('a', log('{account.balance}')), action('b', { type: 'snapshot', watches: ['account.balance'] }))
    await isPlaced('a')
    await isPlaced('b')
    program.pay(new program.Account('x'), 1)
    await soon(() => expect(hits('b')).toHaveLength(1))
    expect(hits('a')).toMatchObject([{ text: expect.stringContaining('accessor') }])
    expect(program.touched).toEqual([])
  })

  it('does not read what redaction hides: variables, properties, expressions, conditions', async () => {
    want(
      action('a', {
        type: 'snapshot',
        watches: ['token', 'account.owner.password', 'token.length', "account.owner['pass' + 'word']"],
      }),
      action('b', log('{token}')),
      action('c', log('x'), { condition: "token === 'hunter2'" }),
    )
    for (const id of ['a', 'b', 'c']) await isPlaced(id)
    program.pay(new program.Account({ name: 'Ada', password: 'hunter2' }), 1, 'hunter2')
    await soon(() => expect([...hits('a'), ...hits('b')]).toHaveLength(2))
    await soon(() => expect(states('c')).toContain('failed'))
    expect(JSON.stringify(reports())).not.toContain('hunter2')
    expect(hits('c')).toEqual([])
  })

  it('leaves RegExp.$1 and its like to the application, with every pack and a pattern of the policy', async () => {
    const statics = () => [
      [RegExp.$1, RegExp.$2, RegExp.$_, RegExp.lastMatch],
      [RegExp.lastParen, RegExp.leftContext, RegExp.rightContext],
    ]
    const owner = {
      ...{ card: 'paid with 4111111111111111', bank: 'GB82 WEST 1234 5698 7654 32', mail: 'ada@example.com' },
      ...{ key: 'Bearer abcdef123456', phone: '(415) 555-2671', ip: 'from 192.168.10.255 and ::1', ticket: 'T-1234' },
      ...{ "it's\n": 'odd', [Symbol('mark')]: 1, at: new Date(0), look: /x+/g, nested: [{ url: 'http://a:b@c' }] },
    }
    const condition = "/(pai)d/.test(account.owner.card) && account.owner.mail.replace(/a/g, 'b') !== ''"
    const actions = [
      action('a', log('{account.owner.card} {account} {account.owner.nested.map(n => n.url.split(/:/))} {missing}')),
      action('b', { type: 'snapshot', watches: ['account.owner.nested', '/(w)/.exec("w")', 'missing.x'] }),
      action('c', { type: 'counter', name: 'n' }, { condition }),
      action('d', { type: 'metric', name: 'm', expression: 'account.owner.card.match(/(\\d)/)[1].length * cents' }),
      action('e', { type: 'duration', name: 't' }),
      action('f', { type: 'log', format: '{account.owner.key}', level: 'warn', targets: ['stdout'] }),
      action('g', log('once {account.owner.phone}'), { maxHits: 1 }),
    ]
    const redaction = { defaultNames: true, names: ['nothing'], packs: [...PACK_NAMES] }
    version++
    const policy = { detached: false, redaction: { ...redaction, patterns: [{ name: 'ticket', pattern: 'T-\\d+' }] } }
    server.publish(encodeFrame({ protocol: 1, version, serverTimeMs: 1_000, actions, policy }))
    for (const { id } of actions) await isPlaced(id)
    const account = new program.Account(owner)

    expect('zzabcyy'.replace(/(a)(b)/, '')).toBe('zzcyy')
    const before = statics()
    for (let n = 0; n < 3; n++) program.pay(account, 1)
    expect(statics()).toEqual(before)

    await soon(() => expect(hits('b').length).toBe(3))
    const sent = JSON.stringify([...hits('a'), ...hits('b')])
    for (const name of ['card', 'e-mail', 'token', 'phone', 'IP address', 'IBAN', 'ticket', 'credentials']) {
      expect(sent).toContain(`<redacted: ${name}>`)
    }
    expect(sent).not.toContain('4111111111111111')
  })

  it('takes everything off when the server wants nothing, and is dormant again', async () => {
    want(action('a', { type: 'counter', name: 'n' }), action('b', log('x')))
    await isPlaced('a')
    await isPlaced('b')
    for (let n = 0; n < 5; n++) program.pay({}, 1)
    want()
    await soon(() => expect(states('a').at(-1)).toBe('ended'))
    expect(bank.armed).toBe(0)
    program.pay({}, 1)
    const counts = reports().flatMap((each) => (each.kind === 'count' ? [each.count] : []))
    expect(counts.reduce((sum, each) => sum + each, 0)).toBe(5)
  })

  it('keeps what it does when the server sends what is not a frame', async () => {
    want(action('a', log('still here')))
    await isPlaced('a')
    server.publish(new TextEncoder().encode('<html>'))
    await soon(() => expect(bank.said.join()).toContain('frame_invalid'))
    program.pay({}, 1)
    await soon(() => expect(hits('a')).toHaveLength(1))
  })

  it('refuses an expression that could change something, and says where', async () => {
    want(action('a', log('x'), { condition: 'cents = 3' }), action('b', log('{cents +}')))
    await soon(() =>
      expect(statuses('a').at(-1)).toMatchObject({
        state: 'failed',
        code: 'expression_not_allowed',
        details: { line: 1 },
      }),
    )
    await soon(() => expect(statuses('b').at(-1)).toMatchObject({ state: 'failed' }))
  })

  it('converges again after the link broke', async () => {
    want(action('a', log('one')))
    await isPlaced('a')
    server.breakLinks()
    want(action('b', log('two')))
    await isPlaced('b')
    await soon(() => expect(states('a').at(-1)).toBe('ended'))
  })

  it('delivers what it has when it is stopped', async () => {
    want(action('a', { type: 'snapshot', watches: [] }), action('b', { type: 'counter', name: 'n' }))
    await isPlaced('a')
    await isPlaced('b')
    program.pay({ n: 1 }, 1)
    await bank.agent.stop()
    expect([hits('a').length, reports().filter(({ kind }) => kind === 'count').length]).toEqual([1, 1])
    expect(states('a').at(-1)).toBe('ended')
  })
})
