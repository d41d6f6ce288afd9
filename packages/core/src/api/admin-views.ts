import * as z from 'zod/mini'

const Name = z.string().check(z.minLength(1), z.maxLength(200))

/** Body of `POST /api/v1/pools` and `POST /api/v1/api-keys`. */
export const NewNamed = z.object({ name: Name })

export const PoolView = z.object({ id: z.string(), name: z.string(), createdAtMs: z.int() })
export const PoolList = z.object({ pools: z.array(PoolView) })
/** The pool key is the `lightrunSecret` of its agents. Shown once; stored hashed. */
export const CreatedPool = z.object({ ...PoolView.shape, key: z.string() })
export type PoolView = z.infer<typeof PoolView>
export type CreatedPool = z.infer<typeof CreatedPool>

export const ApiKeyView = z.object({
  id: z.string(),
  name: z.string(),
  createdAtMs: z.int(),
  lastUsedAtMs: z.optional(z.int()),
})
export const ApiKeyList = z.object({ apiKeys: z.array(ApiKeyView) })
/** Shown once; stored hashed. */
export const CreatedApiKey = z.object({ ...ApiKeyView.shape, key: z.string() })
export type ApiKeyView = z.infer<typeof ApiKeyView>
export type CreatedApiKey = z.infer<typeof CreatedApiKey>

/** What `--bootstrap-file` receives on the first start. */
export const Bootstrap = z.object({ url: z.string(), apiKey: z.string(), lightrunSecret: z.string() })
export type Bootstrap = z.infer<typeof Bootstrap>
