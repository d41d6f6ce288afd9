import {
  ActionList,
  type ActionPatch,
  ActionView,
  AgentList,
  type AgentView,
  ApiKeyList,
  type ApiKeyView,
  CreatedApiKey,
  CreatedPool,
  CustomSourceList,
  CustomSourceView,
  type Detachment,
  HitList,
  type HitView,
  LightrunError,
  MetricPointList,
  MetricsView,
  type NewAction,
  type NewApiKey,
  type Permission,
  Policy,
  PoolList,
  type PoolView,
  type QuotaPolicy,
  type RedactionPolicy,
  Removed,
  type StreamEvent,
} from '@lightrun/core'
import { eachHit } from './hits.ts'
import { createRequester, Nothing, urlOf } from './http/requester.ts'
import { checkApiKey, parseServerUrl } from './http/server-url.ts'
import {
  MAX_EVENT_BYTES,
  MAX_RESPONSE_BYTES,
  MAX_WAITING_EVENTS,
  PLACEMENT_TIMEOUT_MS,
  REQUEST_TIMEOUT_MS,
} from './limits.ts'
import { type Clock, systemClock } from './placement/clock.ts'
import { whenPlaced } from './placement/when-placed.ts'
import { type Link, readStream } from './stream/read-stream.ts'

export interface ClientOptions {
  /** Address of the management server, such as `https://live.example.com`. */
  server: string
  apiKey: string
  /** Default: the global one. */
  fetch?: typeof globalThis.fetch
  /** For each answer; default `REQUEST_TIMEOUT_MS`. */
  timeoutMs?: number
  /** Default `MAX_RESPONSE_BYTES`. */
  maxResponseBytes?: number
  clock?: Clock
}

/** Every call takes a signal; when it aborts, the call rejects with the signal's reason. */
export interface CallOptions {
  signal?: AbortSignal
}

export interface HitsOptions extends CallOptions {
  /** The `next` of the page before, or the id of the last one already known. Default: from the oldest. */
  after?: number
  /** Hits or points a page. Default and maximum: the server's. */
  limit?: number
}

export interface StreamOptions extends CallOptions {
  /** Only what concerns this action. Default: everything. */
  actionId?: string
  /** Continue after this event. Default: from now on. */
  lastEventId?: string
  /** Told when the connection opens and when it is lost; the stream reconnects by itself. Must not throw. */
  onLink?: (link: Link) => void
}

/**
 * The management API. Calls reject with a LightrunError and nothing else (but see CallOptions): the code and
 * details of the server's refusal, `server_unreachable`, or `server_error` for an answer that is not ours.
 */
export interface Client {
  agents(options?: CallOptions): Promise<AgentView[]>

  /** Sets of agents that have a name, by name. Actions are for one as `custom:NAME`. */
  sources(options?: CallOptions): Promise<CustomSourceView[]>
  /**
   * Saves a set of agents, instead of what the name stood for. Actions that are for it follow within a second. `source` is
   * written as in an action, without other custom sources.
   */
  saveSource(name: string, source: string, options?: CallOptions): Promise<CustomSourceView>
  /** Rejects with `source_in_use` while actions that are not over are for it. */
  deleteSource(name: string, options?: CallOptions): Promise<void>

  actions(options?: CallOptions): Promise<ActionView[]>
  action(id: string, options?: CallOptions): Promise<ActionView>
  /** Repeating a call with the same `idempotencyKey` creates nothing again: it answers with the first action. */
  createAction(action: NewAction, options?: CallOptions & { idempotencyKey?: string }): Promise<ActionView>
  setEnabled(id: string, enabled: boolean, options?: CallOptions): Promise<ActionView>
  /** Changes an action in place; it keeps its results, and agents replace their probe. */
  editAction(id: string, patch: ActionPatch, options?: CallOptions): Promise<ActionView>
  /** Asks the same again of the same agents, for as long, but for what the patch says. The copy begins enabled. */
  duplicateAction(
    id: string,
    patch?: ActionPatch,
    options?: CallOptions & { idempotencyKey?: string },
  ): Promise<ActionView>
  deleteAction(id: string, options?: CallOptions): Promise<void>
  /** Removes these, at most `MAX_REMOVED_ACTIONS`, in one step. Resolves to those that were there. */
  deleteActions(ids: readonly string[], options?: CallOptions): Promise<string[]>
  /**
   * Resolves once every connected agent the action is for has answered (`placed`, `failed`, …), or at
   * `timeoutMs` with whatever is known then. `agents` of the result is empty when nobody has answered, which
   * is at once when no such agent is connected: the action waits on the server for one.
   */
  whenPlaced(id: string, options?: CallOptions & { timeoutMs?: number }): Promise<ActionView>

  /** One page of hits, oldest first. */
  hits(actionId: string, options?: HitsOptions): Promise<HitList>
  /** Hits over all pages, oldest first; a page is fetched when it is needed. */
  allHits(actionId: string, options?: HitsOptions): AsyncIterable<HitView>
  /** What a metric, a duration or a tic & toc has measured so far. */
  metrics(actionId: string, options?: CallOptions): Promise<MetricsView>
  /** One page of what was measured when, oldest first; a point every few seconds in which anything was. */
  metricPoints(actionId: string, options?: HitsOptions): Promise<MetricPointList>
  /**
   * What happens from now on. Reconnects by itself and continues where it was; ends when the signal aborts or
   * the loop is left. Throws what no reconnect can mend: `unauthorized`, `action_unknown`, `server_error`, and
   * `server_unreachable` when the first connection fails. A `gap` stands for events a slow reader missed.
   */
  stream(options?: StreamOptions): AsyncIterable<StreamEvent>

  /** What this organisation decides for its agents: redaction, and whether they are detached. */
  policy(options?: CallOptions): Promise<Policy>
  /** Reaches running agents within a second. Rejects with `pattern_invalid`, and changes nothing then. */
  setRedaction(redaction: RedactionPolicy, options?: CallOptions): Promise<Policy>
  /** What actions may take of each process, all together. Instead of the quota from before; reaches agents within a second. */
  setQuota(quota: QuotaPolicy, options?: CallOptions): Promise<Policy>
  /**
   * The kill switch: detached agents take everything off, until it is switched back. `pool`: the name of the pool whose
   * agents alone are meant; without, `false` attaches those of all pools.
   */
  setDetached(detached: boolean, options?: CallOptions & { pool?: string }): Promise<Policy>

  pools(options?: CallOptions): Promise<PoolView[]>
  /** The answer carries the pool's key, the `lightrunSecret` of its agents, this one time. */
  createPool(name: string, options?: CallOptions): Promise<CreatedPool>
  apiKeys(options?: CallOptions): Promise<ApiKeyView[]>
  /** The answer carries the key this one time. Rejects with `forbidden` for permissions that our own key does not have. */
  createApiKey(name: string, options?: CallOptions & { permissions?: Permission[] }): Promise<CreatedApiKey>
  deleteApiKey(id: string, options?: CallOptions): Promise<void>
}

/** Makes no request. @throws LightrunError `config_invalid` for an address or a key that cannot be one. */
export function createClient(options: ClientOptions): Client {
  const server = parseServerUrl(options.server)
  const link = {
    server,
    apiKey: checkApiKey(options.apiKey),
    // Called as a method of anything else, a browser's fetch refuses to work.
    fetch: options.fetch ?? ((...request: Parameters<typeof fetch>) => globalThis.fetch(...request)),
    timeoutMs: options.timeoutMs ?? REQUEST_TIMEOUT_MS,
  }
  const clock = options.clock ?? systemClock
  const request = createRequester({ ...link, maxResponseBytes: options.maxResponseBytes ?? MAX_RESPONSE_BYTES })

  const client: Client = {
    agents: async ({ signal } = {}) =>
      (await request({ method: 'GET', path: 'api/v1/agents', signal, answer: AgentList })).agents,

    sources: async ({ signal } = {}) =>
      (await request({ method: 'GET', path: 'api/v1/sources', signal, answer: CustomSourceList })).sources,
    saveSource: async (name, source, { signal } = {}) =>
      request({ method: 'PUT', path: sourcePath(name), body: { source }, signal, answer: CustomSourceView }),
    deleteSource: async (name, { signal } = {}) =>
      request({ method: 'DELETE', path: sourcePath(name), signal, answer: Nothing }),

    actions: async ({ signal } = {}) =>
      (await request({ method: 'GET', path: 'api/v1/actions', signal, answer: ActionList })).actions,
    action: async (id, { signal } = {}) => request({ method: 'GET', path: actionPath(id), signal, answer: ActionView }),
    createAction: async (action, { signal, idempotencyKey } = {}) =>
      request({
        method: 'POST',
        path: 'api/v1/actions',
        body: action,
        headers: idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey },
        signal,
        answer: ActionView,
      }),
    setEnabled: (id, enabled, options) => client.editAction(id, { enabled }, options),
    editAction: async (id, patch, { signal } = {}) =>
      request({ method: 'PATCH', path: actionPath(id), body: patch, signal, answer: ActionView }),
    duplicateAction: async (id, patch = {}, { signal, idempotencyKey } = {}) =>
      request({
        method: 'POST',
        path: `${actionPath(id)}/duplicates`,
        body: patch,
        headers: idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey },
        signal,
        answer: ActionView,
      }),
    deleteAction: async (id, { signal } = {}) =>
      request({ method: 'DELETE', path: actionPath(id), signal, answer: Nothing }),
    deleteActions: async (ids, { signal } = {}) =>
      ids.length === 0
        ? []
        : (await request({ method: 'POST', path: 'api/v1/actions/removals', body: { ids }, signal, answer: Removed }))
            .removed,
    whenPlaced: (id, { signal, timeoutMs = PLACEMENT_TIMEOUT_MS } = {}) => {
      const call = signal === undefined ? {} : { signal }
      return whenPlaced({
        action: () => client.action(id, call),
        agents: () => client.agents(call),
        clock,
        timeoutMs,
        signal,
      })
    },

    hits: async (id, { signal, after, limit } = {}) =>
      request({ method: 'GET', path: `${actionPath(id)}/hits`, query: { after, limit }, signal, answer: HitList }),
    allHits: (id, { after, ...options } = {}) =>
      eachHit((from) => client.hits(id, { ...options, ...(from === undefined ? {} : { after: from }) }), after),
    metrics: async (id, { signal } = {}) =>
      request({ method: 'GET', path: `${actionPath(id)}/metrics`, signal, answer: MetricsView }),
    metricPoints: async (id, { signal, after, limit } = {}) =>
      request({
        method: 'GET',
        path: `${actionPath(id)}/metrics/points`,
        query: { after, limit },
        signal,
        answer: MetricPointList,
      }),
    stream: ({ actionId, ...options } = {}) =>
      readStream({
        ...options,
        ...link,
        url: urlOf(server, { path: 'api/v1/stream', query: { action: actionId } }),
        maxEventBytes: MAX_EVENT_BYTES,
        maxWaitingEvents: MAX_WAITING_EVENTS,
      }),

    policy: async ({ signal } = {}) => request({ method: 'GET', path: 'api/v1/policy', signal, answer: Policy }),
    setRedaction: async (redaction, { signal } = {}) =>
      request({ method: 'PUT', path: 'api/v1/policy/redaction', body: redaction, signal, answer: Policy }),
    setQuota: async (quota, { signal } = {}) =>
      request({ method: 'PUT', path: 'api/v1/policy/quota', body: quota, signal, answer: Policy }),
    setDetached: async (detached, { signal, pool } = {}) => {
      const body: Detachment = { detached, ...(pool === undefined ? {} : { pool }) }
      return request({ method: 'PUT', path: 'api/v1/policy/detached', body, signal, answer: Policy })
    },

    pools: async ({ signal } = {}) =>
      (await request({ method: 'GET', path: 'api/v1/pools', signal, answer: PoolList })).pools,
    createPool: async (name, { signal } = {}) =>
      request({ method: 'POST', path: 'api/v1/pools', body: { name }, signal, answer: CreatedPool }),
    apiKeys: async ({ signal } = {}) =>
      (await request({ method: 'GET', path: 'api/v1/api-keys', signal, answer: ApiKeyList })).apiKeys,
    createApiKey: async (name, { signal, permissions } = {}) => {
      const body: NewApiKey = { name, ...(permissions === undefined ? {} : { permissions }) }
      return request({ method: 'POST', path: 'api/v1/api-keys', body, signal, answer: CreatedApiKey })
    },
    deleteApiKey: async (id, { signal } = {}) =>
      request({ method: 'DELETE', path: `api/v1/api-keys/${segment(id)}`, signal, answer: Nothing }),
  }
  return client
}

function actionPath(id: string): string {
  if (id === '') throw new LightrunError('action_unknown', 'an action id is needed and none was given')
  return `api/v1/actions/${segment(id)}`
}

function sourcePath(name: string): string {
  if (name === '') throw new LightrunError('source_unknown', 'the name of a custom source is needed and none was given')
  return `api/v1/sources/${segment(name)}`
}

/** One part of a path, whatever it contains: `..` would otherwise name the collection above. */
function segment(text: string): string {
  return text === '.' || text === '..' ? text.replaceAll('.', '%252E') : encodeURIComponent(text)
}
