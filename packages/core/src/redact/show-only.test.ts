import { describe, expect, it } from 'vitest'
import { createShowOnly } from './show-only.ts'

describe('showing only some names', () => {
  const { hides } = createShowOnly(['orderTotal', 'id', 'items'])
  it.each(['orderTotal', 'order_total', 'ORDER-TOTAL', 'order total', 'id', 'ID', 'item', 'this'])(
    'shows %s',
    (name) => {
      expect(hides(name)).toBe(false)
    },
  )
  it.each(['total', 'order', 'orderTotalBefore', 'userId', 'name', '', '0', `id${'x'.repeat(300)}`, 'thisOne'])(
    'hides %s',
    (name) => {
      expect(hides(name)).toBe(true)
    },
  )
})
