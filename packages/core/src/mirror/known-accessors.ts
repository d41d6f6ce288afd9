import type { Mirror, PropertyView } from './mirror.ts'

/**
 * Accessors of the platform that look data up which anybody may look up: `headers` of a request, say. Asked with the getter
 * that was found for `key`, and the value it was found for. Answers as the getter would, from what `get` tells, and runs
 * neither it nor anything else of the application; `undefined` when the getter is not one it knows. Whatever it throws
 * counts as `undefined`.
 */
export type KnownAccessors = (
  getter: () => unknown,
  key: PropertyKey,
  object: unknown,
  get: Mirror['get'],
) => PropertyView | undefined
