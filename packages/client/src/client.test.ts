import { LightrunError } from '@lightrun/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createClient } from './client.ts'
import { actionView, agentView, createScriptedServer, hitView, ok, problem, type ScriptedServer } from './testing.ts'

let server: ScriptedServer
beforeEach(async () => {
  server = await createScriptedServer()
})
afterEach(() => server.close())

const clientOf = (changes: Partial<Parameters<typeof createClient>[0]> = {}) =>
  createClient({ server: server.url, apiKey: 'key-1', ...changes })

async function errorOf(promise: Promise<unknown>): Promise<LightrunError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason) => reason,
  )
  if (!LightrunError.is(error)) throw new Error(`expected a LightrunError, got ${String(error)}`)
  return error
}

describe('each call', () => {
  test.each([
    ['agents', 'GET /api/v1/agents', ok({ agents: [agentView()] }), undefined, [agentView()]],
    ['actions', 'GET /api/v1/actions', ok({ actions: [actionView()] }), undefined, [actionView()]],
    ['action', 'GET /api/v1/actions/a-1', ok(actionView()), undefined, actionView()],
    ['setEnabled', 'PATCH /api/v1/actions/a-1', ok(actionView()), { enabled: false }, actionView()],
    ['deleteAction', 'DELETE /api/v1/actions/a-1', { status: 204 }, undefined, undefined],
    ['duplicateAction', 'POST /api/v1/actions/a-1/duplicates', ok(actionView()), {}, actionView()],
    ['hits', 'GET /api/v1/actions/a-1/hits', ok({ hits: [hitView()] }), undefined, { hits: [hitView()] }],
    ['sources', 'GET /api/v1/sources', ok({ sources: [] }), undefined, []],
    ['deleteSource', 'DELETE /api/v1/sources/a-1', { status: 204 }, undefined, undefined],
    ['pools', 'GET /api/v1/pools', ok({ pools: [] }), undefined, []],
    ['apiKeys', 'GET /api/v1/api-keys', ok({ apiKeys: [] }), undefined, []],
    ['deleteApiKey', 'DELETE /api/v1/api-keys/a-1', { status: 204 }, undefined, undefined],
  ] as const)('%s asks %s with the key', async (name, route, reply, body, result) => {
    server.on(route, reply)
    const client = clientOf()
    const answer = name === 'setEnabled' ? client.setEnabled('a-1', false) : callByName(client, name)
    expect(await answer).toEqual(result)
    const [request] = server.requests
    expect(`${request?.method} ${request?.target}`).toBe(route)
    expect(request?.headers.authorization).toBe('Bearer key-1')
    expect(request?.body).toEqual(body)
  })

  test('deleteActions removes several in one call, and makes none for none', async () => {
    server.on('POST /api/v1/actions/removals', ok({ removed: ['a'] }))
    const client = clientOf()
    expect(await client.deleteActions([])).toEqual([])
    expect(await client.deleteActions(['a', 'gone'])).toEqual(['a'])
    expect(server.requests.map(({ body }) => body)).toEqual([{ ids: ['a', 'gone'] }])
  })

  test('createPool and createApiKey send a name and give the key back', async () => {
    server.on('POST /api/v1/pools', ok({ id: 'p', name: 'eu', createdAtMs: 1, key: 'secret-p' }, 201))
    server.on(
      'POST /api/v1/api-keys',
      ok({ id: 'k', name: 'ci', permissions: [], createdAtMs: 1, key: 'secret-k' }, 201),
    )
    expect((await clientOf().createPool('eu')).key).toBe('secret-p')
    expect((await clientOf().createApiKey('ci')).key).toBe('secret-k')
    await clientOf().createApiKey('sre', { permissions: ['ignoreQuota'] })
    expect(server.requests.map((request) => request.body)).toEqual([
      { name: 'eu' },
      { name: 'ci' },
      { name: 'sre', permissions: ['ignoreQuota'] },
    ])
  })

  test('saveSource sends what the name is to stand for', async () => {
    const saved = { name: 'eu', source: { kind: 'tag', value: 'eu' }, createdAtMs: 1, changedAtMs: 1 }
    server.on('PUT /api/v1/sources/eu', ok(saved))
    expect(await clientOf().saveSource('eu', 'tag:eu')).toEqual(saved)
    expect(server.requests[0]?.body).toEqual({ source: 'tag:eu' })
    expect((await errorOf(clientOf().deleteSource(''))).code).toBe('source_unknown')
  })

  test('createAction sends the action and the idempotency key', async () => {
    server.on('POST /api/v1/actions', ok(actionView(), 201))
    const { source: _source, ...rest } = actionView()
    const action = { source: 'shop', position: rest.position, task: rest.task, expireSeconds: 60 }
    await clientOf().createAction(action, { idempotencyKey: 'once' })
    expect(server.requests[0]?.body).toEqual(action)
    expect(server.requests[0]?.headers['idempotency-key']).toBe('once')
  })

  test('TLS to a server that does not speak it says so, in words', async () => {
    const { code, message } = await errorOf(clientOf({ server: server.url.replace('http:', 'https:') }).agents())
    expect(code).toBe('server_unreachable')
    expect(message).toContain('http://')
    expect(message).not.toContain('SSL routines')
  })

  test('a path in front of the API is kept', async () => {
    server.on('GET /live/api/v1/agents', ok({ agents: [] }))
    expect(await clientOf({ server: `${server.url}/live` }).agents()).toEqual([])
  })

  test.each(['../agents', '..', 'a/b', 'a?b#c'])('an id %j stays within its place', async (id) => {
    await clientOf()
      .action(id)
      .catch(() => undefined)
    expect(server.requests[0]?.target).toMatch(/^\/api\/v1\/actions\/[^/?#]+$/)
  })
})

function callByName(client: ReturnType<typeof createClient>, name: string): Promise<unknown> {
  const call = client[name as 'action']
  return call('a-1')
}

describe('hits over all pages', () => {
  test('come in order, each page fetched when it is needed', async () => {
    server.on('GET /api/v1/actions/a-1/hits', ({ target }) =>
      target.includes('after=2')
        ? ok({ hits: [hitView({ id: 3 })] })
        : ok({ hits: [hitView({ id: 1 }), hitView({ id: 2 })], next: 2 }),
    )
    const ids: number[] = []
    for await (const hit of clientOf().allHits('a-1', { limit: 2 })) ids.push(hit.id)
    expect(ids).toEqual([1, 2, 3])
    expect(server.requests.map((request) => request.target.split('?')[1])).toEqual(['limit=2', 'after=2&limit=2'])
  })

  test('a cursor that stands still is an error, not an endless loop', async () => {
    server.on('GET /api/v1/actions/a-1/hits', ok({ hits: [], next: 2 }))
    const all = clientOf().allHits('a-1', { after: 2 })
    expect((await errorOf(all[Symbol.asyncIterator]().next())).code).toBe('server_error')
  })
})

describe('bad news', () => {
  test("a problem keeps the server's code, words and details", async () => {
    server.on('POST /api/v1/actions', problem(400, 'expression_syntax', 'unexpected "}"', { column: 7 }))
    const error = await errorOf(clientOf().createAction({ source: 's', ...actionParts() }))
    expect([error.code, error.message, error.details]).toEqual(['expression_syntax', 'unexpected "}"', { column: 7 }])
  })

  test('a server that is not there is named, with what to do', async () => {
    const { url } = server
    await server.close()
    const error = await errorOf(clientOf({ server: url }).agents())
    expect(error.code).toBe('server_unreachable')
    expect(error.message).toContain(url)
    expect(error.message).toContain('ECONNREFUSED')
    expect(error.message).toContain('check the address')
  })

  test('a connection that breaks is unreachable', async () => {
    server.on('GET /api/v1/agents', 'break')
    expect((await errorOf(clientOf().agents())).code).toBe('server_unreachable')
  })

  test('a server that does not answer is given up', async () => {
    server.on('GET /api/v1/agents', 'hang')
    const error = await errorOf(clientOf({ timeoutMs: 50 }).agents())
    expect(error.code).toBe('server_unreachable')
    expect(error.message).toContain('0.05 s')
  })

  test.each([
    ['a web page', { status: 200, body: '<html>' }],
    ['JSON of somebody else', ok({ agents: [{ id: 1 }] })],
    ['nothing', { status: 200 }],
    ['a redirect', { status: 302, headers: { location: 'https://elsewhere.example/' } }],
    ['a bad gateway', { status: 502, body: 'Bad Gateway' }],
    ['a problem with a code of the future', ok({ type: 'x', title: 'x', status: 418, code: 'brew', detail: 'x' }, 418)],
  ])('%s is not ours, and the message says what to check', async (_what, reply) => {
    server.on('GET /api/v1/agents', reply)
    const error = await errorOf(clientOf().agents())
    expect(error.code).toBe('server_error')
    expect(error.message).toContain('check that the address is a lightrun-server')
  })

  test('a redirect names its target and is not followed with the key', async () => {
    server.on('GET /api/v1/agents', { status: 307, headers: { location: `${server.url}/other` } })
    expect((await errorOf(clientOf().agents())).message).toContain(`${server.url}/other`)
    expect(server.requests).toHaveLength(1)
  })

  test('a 401 of a proxy is unauthorized too', async () => {
    server.on('GET /api/v1/agents', { status: 401, body: 'no' })
    expect((await errorOf(clientOf().agents())).code).toBe('unauthorized')
  })

  test('the last byte allowed is read, the first beyond is not', async () => {
    const body = JSON.stringify({ agents: [] })
    server.on('GET /api/v1/agents', { status: 200, body })
    expect(await clientOf({ maxResponseBytes: body.length }).agents()).toEqual([])
    const error = await errorOf(clientOf({ maxResponseBytes: body.length - 1 }).agents())
    expect(error.message).toContain('ask for less')
  })

  test("an aborted call rejects with the signal's reason", async () => {
    server.on('GET /api/v1/agents', 'hang')
    const abort = new AbortController()
    const answer = clientOf().agents({ signal: abort.signal })
    abort.abort(new Error('changed my mind'))
    await expect(answer).rejects.toThrow('changed my mind')
  })
})

describe('an address or key that cannot be one is refused before any request', () => {
  test.each(['', 'localhost:8080', 'ftp://x', 'http://'])('address %j', (address) => {
    expect(() => clientOf({ server: address })).toThrow(expect.objectContaining({ code: 'config_invalid' }))
  })
  test('an address without its protocol gets a suggestion', () => {
    expect(() => clientOf({ server: 'localhost:8080' })).toThrow('did you mean http://localhost:8080 ?')
  })
  test('credentials in the address', () => {
    expect(() => clientOf({ server: 'http://u:p@x' })).toThrow('pass an API key instead')
  })
  test.each(['', 'a b', 'a\n', '“key”'])('key %j', (apiKey) => {
    expect(() => clientOf({ apiKey })).toThrow(expect.objectContaining({ code: 'config_invalid' }))
  })
})

function actionParts() {
  const { position, task } = actionView()
  return { position, task }
}
