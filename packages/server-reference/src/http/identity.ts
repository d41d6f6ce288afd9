import type { FastifyRequest } from 'fastify'
import type { ApiIdentity, PoolIdentity } from '../keys/key-store.ts'

const api = new WeakMap<FastifyRequest, ApiIdentity>()
const pool = new WeakMap<FastifyRequest, PoolIdentity>()

/** Who asks: set once by the hook that checked the key, before the body is read. */
export function setIdentity(request: FastifyRequest, identity: ApiIdentity): void {
  api.set(request, identity)
}
export function identityOf(request: FastifyRequest): ApiIdentity {
  return required(api.get(request))
}
export function setPool(request: FastifyRequest, identity: PoolIdentity): void {
  pool.set(request, identity)
}
export function poolOf(request: FastifyRequest): PoolIdentity {
  return required(pool.get(request))
}

function required<T>(identity: T | undefined): T {
  if (identity === undefined) throw new Error('a route was reached without its key check')
  return identity
}
