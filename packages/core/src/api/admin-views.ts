import * as z from 'zod/mini'

const Name = z.string().check(z.minLength(1), z.maxLength(200))

/** Body of `POST /api/v1/pools`. */
export const NewNamed = z.object({ name: Name })

/** What an API key may beyond asking. `ignoreQuota`: actions that are not under the budget of the applications. */
export const PERMISSIONS = ['ignoreQuota'] as const
export const Permission = z.enum(PERMISSIONS)
export type Permission = z.infer<typeof Permission>
const Permissions = z.array(Permission).check(z.maxLength(PERMISSIONS.length))

/** Body of `POST /api/v1/api-keys`. Nobody gives a permission that they do not have (`forbidden`). */
export const NewApiKey = z.object({ name: Name, permissions: z.optional(Permissions) })
export type NewApiKey = z.infer<typeof NewApiKey>

export const PoolView = z.object({ id: z.string(), name: z.string(), createdAtMs: z.int() })
export const PoolList = z.object({ pools: z.array(PoolView) })
/** The pool key is the `lightrunSecret` of its agents. Shown once; stored hashed. */
export const CreatedPool = z.object({ ...PoolView.shape, key: z.string() })
export type PoolView = z.infer<typeof PoolView>
export type CreatedPool = z.infer<typeof CreatedPool>

export const ApiKeyView = z.object({
  id: z.string(),
  name: z.string(),
  permissions: Permissions,
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
