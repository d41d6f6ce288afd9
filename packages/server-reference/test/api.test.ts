import { ActionView, type AgentView, MAX_EXPIRE_SECONDS, MAX_HITS_LIMIT, Problem } from '@lightrun/core'
import { describe, expect, it } from 'vitest'
import { hitOf, newLog, type Reply, scratchStand } from './stand.ts'
import { STORAGES } from './storages.ts'

describe.each(STORAGES)('the management API on $name', ({ isMissing, create }) => {
  describe.skipIf(isMissing)('', () => {
    const stand = scratchStand(create)

    const refused = (reply: Reply, status: number, code: string) => {
      expect([reply.status, reply.body.code]).toEqual([status, code])
      expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/)
      expect(Problem.safeParse(reply.body).success).toBe(true)
      return reply.body
    }

    describe('keys', () => {
      it('health needs none', async () => {
        const response = await fetch(`${stand.url}/api/v1/health`)
        expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }])
      })

      it('refuses none, a wrong one, and one of the other kind', async () => {
        for (const key of ['', 'nonsense', `lr_api_${'x'.repeat(43)}`, stand.poolKey]) {
          refused(await stand.api('/agents', { key }), 401, 'unauthorized')
        }
        const agent = stand.agent('wrong', { poolKey: stand.apiKey })
        refused(await agent.join(), 401, 'unauthorized')
        expect((await agent.join()).body.detail).toContain('this is an API key')
        expect((await stand.api('/agents', { key: stand.poolKey })).body.detail).toContain('this is a pool key')
      })

      it('are shown once, work, and are refused as soon as they are deleted', async () => {
        const { status, body } = await stand.api('/api-keys', { body: { name: 'laptop' } })
        expect(status).toBe(201)
        expect(body.key).toMatch(/^lr_api_[A-Za-z0-9_-]{43}$/)
        const listed = await stand.api('/api-keys', { key: body.key })
        expect(listed.body.apiKeys.map((each: { name: string }) => each.name)).toEqual(['administrator', 'laptop'])
        expect(JSON.stringify(listed.body)).not.toContain(body.key)
        expect((await stand.api(`/api-keys/${body.id}`, { method: 'DELETE' })).status).toBe(204)
        refused(await stand.api('/agents', { key: body.key }), 401, 'unauthorized')
      })

      it('keeps the last API key', async () => {
        const [{ id }] = (await stand.api('/api-keys')).body.apiKeys
        refused(await stand.api(`/api-keys/${id}`, { method: 'DELETE' }), 400, 'request_invalid')
      })

      it('opens the server to agents with a pool of a name of its own', async () => {
        const { status, body } = await stand.api('/pools', { body: { name: 'staging' } })
        expect([status, body.key.slice(0, 8)]).toEqual([201, 'lr_pool_'])
        refused(await stand.api('/pools', { body: { name: 'staging' } }), 400, 'request_invalid')
        const agent = stand.agent('staged', { poolKey: body.key })
        expect((await agent.join()).status).toBe(204)
        const { agents } = (await stand.api('/agents')).body
        expect(agents.find((each: AgentView) => each.id === agent.id)).toMatchObject({ pool: 'staging' })
      })

      it('are nowhere in the database or the log in the clear', async () => {
        const dump = JSON.stringify([
          await stand.storage.db.selectFrom('api_keys').selectAll().execute(),
          await stand.storage.db.selectFrom('pools').selectAll().execute(),
          stand.log,
        ])
        for (const key of [stand.apiKey, stand.poolKey]) expect(dump).not.toContain(key.slice(9))
      })
    })

    describe('requests that make no sense', () => {
      it.each([
        ['GET', '/nothing', undefined, 404, 'route_unknown'],
        ['PUT', '/actions', {}, 404, 'route_unknown'],
        ['POST', '/actions', [], 400, 'request_invalid'],
        ['POST', '/pools', { name: '' }, 400, 'request_invalid'],
        ['POST', '/pools', { name: 'a\0b' }, 400, 'request_invalid'],
        ['POST', '/pools', { name: 'x'.repeat(300_000) }, 413, 'frame_too_large'],
        ['GET', '/actions/none', undefined, 404, 'action_unknown'],
        ['GET', '/actions/a%00b', undefined, 404, 'action_unknown'],
        ['GET', '/actions/none/hits', undefined, 404, 'action_unknown'],
        ['GET', '/stream?action=none', undefined, 404, 'action_unknown'],
        ['PATCH', '/actions/none', { enabled: false }, 404, 'action_unknown'],
        ['DELETE', '/actions/none', undefined, 404, 'action_unknown'],
      ])('%s %s is refused', async (method, path, body, status, code) => {
        refused(await stand.api(path, { method, body }), status, code)
      })

      it.each<[string, unknown, string]>([
        ['/actions', [], 'the body: must be an object { source, position, at, task, … }, not an array'],
        ['/actions', { ...newLog('x'), source: '' }, 'source: must not be empty'],
        ['/actions', { ...newLog('x'), expireSeconds: '60' }, 'expireSeconds: must be a number, not a string'],
        ['/actions', { ...newLog('x'), position: { file: 'a.ts' } }, 'position.line: is missing'],
        ['/actions', { ...newLog('x'), position: { file: 'a.ts', line: 0 } }, 'position.line: must be at least 1'],
        [
          '/actions',
          { ...newLog('x'), position: { file: 'a.ts', line: '3' } },
          'position.line: must be a number, not a string',
        ],
        ['/actions', { ...newLog('x'), position: { file: '', line: 3 } }, 'position.file: must not be empty'],
        ['/actions', { ...newLog('x'), at: 'begin' }, 'at: must be one of return, throw'],
        [
          '/actions',
          { ...newLog('x'), task: { type: 'trace' } },
          'task.type: must be one of log, snapshot, counter, metric, tictoc, duration',
        ],
        ['/actions', { ...newLog('x'), task: 'log' }, 'task: must be an object, not a string'],
        ['/actions', { ...newLog('x'), ignoreQuota: 'yes' }, 'ignoreQuota: must be true or false'],
        ['/api-keys', { name: 'x', permissions: ['all'] }, 'permissions.0: must be ignoreQuota'],
        ['/pools', {}, 'name: is missing'],
        ['/actions', { ...newLog('x'), conditon: 'n > 1' }, 'conditon: unknown (did you mean condition?)'],
        ['/actions', { ...newLog('x'), maxhits: 1 }, 'maxhits: unknown (did you mean maxHits?)'],
      ])('POST %s %j: says what is wrong, in words of its own', async (path, body, detail) => {
        expect(refused(await stand.api(path, { body }), 400, 'request_invalid').detail).toBe(detail)
      })

      it.each([
        ['limit=many', 'limit: must be a whole number'],
        ['after=last', 'after: must be a whole number, such as the `next` of an answer'],
      ])('GET hits?%s says what is wrong', async (query, detail) => {
        const { id } = await stand.createLog('tag:any')
        expect(refused(await stand.api(`/actions/${id}/hits?${query}`), 400, 'request_invalid').detail).toBe(detail)
      })

      it('refuses a body that is no JSON', async () => {
        const init = { method: 'POST', headers: { authorization: `Bearer ${stand.apiKey}` } }
        for (const type of ['application/json', 'text/plain']) {
          const response = await fetch(`${stand.url}/api/v1/actions`, {
            ...init,
            body: '{oops',
            headers: { ...init.headers, 'content-type': type },
          })
          expect(await response.json()).toMatchObject({ code: 'request_invalid' })
        }
      })

      it('takes no body for none, whatever the media type says', async () => {
        const { id } = await stand.createLog('tag:x')
        const headers = { 'content-type': 'application/json' }
        expect((await stand.api(`/actions/${id}`, { method: 'DELETE', headers })).status).toBe(204)
        refused(await stand.api('/pools', { method: 'POST', headers }), 400, 'request_invalid')
      })

      it('says which field is wrong', async () => {
        const body = { ...newLog('x'), position: { file: 'a.js', line: 0 } }
        expect(refused(await stand.api('/actions', { body }), 400, 'request_invalid').detail).toContain('position.line')
      })
    })

    describe('actions', () => {
      it('edits an action in place: a new revision, the same id and results', async () => {
        const agent = await stand.joined('edited')
        const { id, expiresAtMs } = await stand.createLog('edited', { condition: 'a', maxHits: 5 })
        await agent.send([hitOf(id)])
        const patch = async (body: unknown) => stand.api(`/actions/${id}`, { method: 'PATCH', body })
        const task = { type: 'log', format: 'now {total}', level: 'warn', targets: ['server'] }
        const edited = await patch({ task, condition: null, position: { file: 'src/pay.ts', line: 7 }, maxHits: 6 })
        expect(edited.body).toMatchObject({ id, revision: 2, task, maxHits: 6, hitCount: 1, expiresAtMs })
        expect(edited.body.condition).toBeUndefined()
        const [wanted] = (await agent.poll(-1)).state?.actions ?? []
        expect(wanted).toMatchObject({ id, revision: 2, position: { file: 'src/pay.ts', line: 7 }, task })
        expect((await patch({ task })).body.revision).toBe(2)
        expect((await patch({})).body.revision).toBe(2)
      })

      it.each([
        [{ task: { type: 'counter', name: 'n' } }, 'request_invalid'],
        [{ condition: 'a!' }, 'expression_not_allowed'],
        [{ task: { type: 'log', format: 'a!', level: 'info', targets: ['server'] } }, 'expression_not_allowed'],
        [{ maxHits: 0 }, 'limit_invalid'],
        [{ expireSeconds: 1e9 }, 'limit_invalid'],
        [{ enabled: 'yes' }, 'request_invalid'],
      ])('refuses the edit %j, and changes nothing', async (body, code) => {
        const { id } = await stand.createLog('tag:x')
        expect((await stand.api(`/actions/${id}`, { method: 'PATCH', body })).body).toMatchObject({ code })
        expect((await stand.api(`/actions/${id}`)).body.revision).toBe(1)
      })

      it('revives by an edit what has reached its limit', async () => {
        const agent = await stand.joined('revived')
        const { id } = await stand.createLog('revived', { maxHits: 1 })
        await agent.send([hitOf(id)])
        expect((await stand.api(`/actions/${id}`)).body.state).toBe('ended')
        const revived = await stand.api(`/actions/${id}`, { method: 'PATCH', body: { maxHits: 2 } })
        expect(revived.body).toMatchObject({ state: 'active', hitCount: 1, maxHits: 2 })
      })

      it('are created, listed, read, switched and deleted', async () => {
        await stand.agent('life').join()
        const created = await stand.createLog('life', { condition: 'total > 3', expireSeconds: 60, maxHits: 5 })
        expect(ActionView.parse(created)).toEqual(created)
        expect(created).toMatchObject({
          source: { kind: 'name', value: 'life' },
          condition: 'total > 3',
          state: 'active',
          revision: 1,
          maxHits: 5,
        })
        expect(created.expiresAtMs - created.createdAtMs).toBe(60_000)
        const { actions } = (await stand.api('/actions')).body
        expect(actions).toContainEqual(created)
        const off = await stand.api(`/actions/${created.id}`, { method: 'PATCH', body: { enabled: false } })
        expect(off.body).toEqual({ ...created, enabled: false, state: 'disabled', revision: 2 })
        const again = await stand.api(`/actions/${created.id}`, { method: 'PATCH', body: { enabled: false } })
        expect(again.body.revision).toBe(2)
        expect((await stand.api(`/actions/${created.id}`, { method: 'DELETE' })).status).toBe(204)
        refused(await stand.api(`/actions/${created.id}`), 404, 'action_unknown')
      })

      it('is for an agent id, a display name or a tag', async () => {
        const agent = stand.agent('sourced', { tags: ['blue'] })
        await agent.join()
        expect((await stand.createLog(agent.id)).source).toEqual({ kind: 'agent', value: agent.id })
        expect((await stand.createLog('sourced')).source).toEqual({ kind: 'name', value: 'sourced' })
        expect((await stand.createLog('tag:nobody-yet')).source).toEqual({ kind: 'tag', value: 'nobody-yet' })
      })

      it('refuses a source nobody has, and says who is connected', async () => {
        const agent = stand.agent('findable')
        await agent.join()
        const problem = refused(await stand.api('/actions', { body: newLog('findabel') }), 404, 'source_unknown')
        expect(problem.detail).toContain('findable')
        expect(problem.details.agents).toContainEqual({ id: agent.id, displayName: 'findable', tags: [] })
      })

      it('has default limits: an hour, and one hit for a snapshot', async () => {
        const log = await stand.createLog('tag:x')
        expect([log.expiresAtMs - log.createdAtMs, log.maxHits]).toEqual([3_600_000, undefined])
        expect((await stand.createLog('tag:x', { task: { type: 'snapshot', watches: [] } })).maxHits).toBe(1)
      })

      it.each([
        [{ expireSeconds: 0 }, 'limit_invalid'],
        [{ expireSeconds: MAX_EXPIRE_SECONDS + 1 }, 'limit_invalid'],
        [{ maxHits: 0 }, 'limit_invalid'],
        [{ maxHits: 1.5 }, 'limit_invalid'],
        [{ maxHits: MAX_HITS_LIMIT + 1 }, 'limit_invalid'],
      ])('refuses %j and says what is allowed', async (limits, code) => {
        const reply = await stand.api('/actions', { body: { ...newLog('tag:x'), ...limits } })
        expect(refused(reply, 422, code).details).toMatchObject({ field: Object.keys(limits)[0], min: 1 })
      })

      it('accepts the limits themselves', async () => {
        const view = await stand.createLog('tag:x', { expireSeconds: MAX_EXPIRE_SECONDS, maxHits: MAX_HITS_LIMIT })
        expect(view.maxHits).toBe(MAX_HITS_LIMIT)
      })

      it('refuses an expression that is not allowed, with its field and column', async () => {
        const at = async (asked: object) =>
          refused(
            await stand.api('/actions', { body: { ...newLog('tag:x'), ...asked } }),
            422,
            'expression_not_allowed',
          ).details
        expect(await at({ condition: 'a!' })).toEqual({ field: 'condition', column: 2 })
        expect(await at({ task: { type: 'snapshot', watches: ['a', '!'] } })).toEqual({ field: 'watches.1', column: 1 })
        const task = { type: 'log', format: 'hey!', level: 'info', targets: ['server'] }
        expect(await at({ task })).toEqual({ field: 'format', column: 4 })
      })

      it('creates one action for one Idempotency-Key, also when both come at once', async () => {
        const ask = (body: object) => stand.api('/actions', { body, headers: { 'idempotency-key': 'once' } })
        const replies = await Promise.all([ask(newLog('tag:x')), ask(newLog('tag:x')), ask(newLog('tag:x'))])
        expect(replies.map((reply) => reply.status)).toEqual([201, 201, 201])
        expect(new Set(replies.map((reply) => reply.body.id)).size).toBe(1)
        refused(await ask(newLog('tag:y')), 400, 'request_invalid')
      })
    })

    it('pages through hits, oldest first', async () => {
      const agent = stand.agent('pages')
      await agent.join()
      const { id } = await stand.createLog('pages')
      await agent.send(Array.from({ length: 5 }, (_, index) => hitOf(id, `hit ${index}`)))
      const texts: string[] = []
      for (let after: number | undefined = 0, pages = 0; after !== undefined; pages++) {
        const { body }: Reply = await stand.api(`/actions/${id}/hits?after=${after}&limit=2`)
        expect(pages).toBeLessThan(4)
        texts.push(...body.hits.map((hit: { data: { text: string } }) => hit.data.text))
        after = body.next
      }
      expect(texts).toEqual(['hit 0', 'hit 1', 'hit 2', 'hit 3', 'hit 4'])
      refused(await stand.api(`/actions/${id}/hits?limit=0`), 400, 'request_invalid')
      refused(await stand.api(`/actions/${id}/hits?limit=1001`), 400, 'request_invalid')
      refused(await stand.api(`/actions/${id}/hits?after=x`), 400, 'request_invalid')
    })

    it('keeps a page of huge hits within bounds, and loses none', async () => {
      const agent = stand.agent('huge')
      await agent.join()
      const { id } = await stand.createLog('huge')
      const text = 'x'.repeat(900_000)
      for (let i = 0; i < 6; i++) await agent.send([hitOf(id, text)])
      const first = (await stand.api(`/actions/${id}/hits`)).body
      expect(first.hits).toHaveLength(4)
      const rest = (await stand.api(`/actions/${id}/hits?after=${first.next}`)).body
      expect([rest.hits.length, rest.next]).toEqual([2, undefined])
    })

    it('shows one organisation nothing of another', async () => {
      const { db } = stand.storage
      const { createKeyStore } = await import('../src/keys/key-store.ts')
      const { systemClock } = await import('../src/clock.ts')
      await db
        .insertInto('organisations')
        .values({ id: 'other', name: 'other', state_version: 1, created_at_ms: 1 })
        .execute()
      const keys = createKeyStore(db, systemClock)
      const { key } = await keys.createApiKey('other', { name: 'theirs' })
      const { key: poolKey } = await keys.createPool('other', 'default')
      const ours = stand.agent('ours', { tags: ['shared'] })
      await ours.join()
      const action = await stand.createLog('tag:shared')
      const theirs = stand.agent('theirs', { tags: ['shared'], poolKey })
      await theirs.join()

      expect((await stand.api('/agents', { key })).body.agents).toMatchObject([{ id: theirs.id }])
      expect((await stand.api('/actions', { key })).body.actions).toEqual([])
      refused(await stand.api(`/actions/${action.id}`, { key }), 404, 'action_unknown')
      refused(await stand.api(`/actions/${action.id}`, { key, method: 'DELETE' }), 404, 'action_unknown')
      refused(await stand.api('/actions', { key, body: newLog(ours.id) }), 404, 'source_unknown')
      expect((await theirs.poll(-1)).state?.actions).toEqual([])
      expect((await theirs.send([hitOf(action.id)])).status).toBe(204)
      expect((await stand.api(`/actions/${action.id}`)).body.hitCount).toBe(0)
      // Nor does it take an agent's place.
      refused(await stand.agent('thief', { poolKey, id: ours.id }).join(), 401, 'unauthorized')
      expect((await stand.agent('thief', { poolKey, id: ours.id }).poll(-1)).status).toBe(401)
    })
  })
})
