import { LightrunError, type Permission } from '@lightrun/core'

/** Who asks, as far as it matters here. */
export interface Permitted {
  permissions: readonly Permission[]
}

/** @throws LightrunError `forbidden`, naming the permission. */
export function requirePermission({ permissions }: Permitted, permission: Permission): void {
  if (permissions.includes(permission)) return
  throw new LightrunError(
    'forbidden',
    `this takes an API key with the permission ${permission}, which this one does not have`,
    { details: { permission } },
  )
}
