import { LightrunError } from '@lightrun/core'
import type { FastifyRequest } from 'fastify'
import { ProblemError } from '../http/problem.ts'
import type { BadKeys } from './bad-keys.ts'
import { hashKey, isKey, type KeyKind } from './key.ts'

const WRONG_KIND = {
  api: 'this route takes an API key (lr_api_…)',
  pool: 'agents take a pool key (lr_pool_…), the lightrunSecret',
}

const OF_KIND = { api: 'an API key, which is for people', pool: 'a pool key, which is for agents' }

/**
 * The owner of the request's key.
 *
 * @throws LightrunError `unauthorized`, with 429 instead of 401 when the address sends many bad keys.
 */
export async function authenticate<T>(
  request: FastifyRequest,
  kind: KeyKind,
  find: (keyHash: string) => Promise<T | undefined>,
  badKeys: BadKeys,
): Promise<T> {
  const key = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const owner = key !== undefined && isKey(kind, key) ? await find(hashKey(key)) : undefined
  if (owner !== undefined) return owner
  const waitSeconds = badKeys.count(request.ip)
  if (waitSeconds !== undefined) {
    throw new ProblemError(
      new LightrunError('unauthorized', `too many requests with a bad key; ask again in ${waitSeconds} s`),
      { status: 429, headers: { 'retry-after': String(waitSeconds) } },
    )
  }
  throw new LightrunError('unauthorized', `${whatIsWrong(key, kind)}; ${WRONG_KIND[kind]}`)
}

function whatIsWrong(key: string | undefined, kind: KeyKind): string {
  if (key === undefined) return 'no key was sent (Authorization: Bearer …)'
  const other = kind === 'api' ? 'pool' : 'api'
  return isKey(other, key) ? `this is ${OF_KIND[other]}` : 'the key is not known here'
}
