import { expect, it } from 'vitest'
import type { OneSource, Source } from './action-views.ts'
import { bindsTo } from './binds-to.ts'

const agent = { id: 'agent-1', displayName: 'shop', tags: ['prod', 'eu'] }
const tag = (value: string): OneSource => ({ kind: 'tag', value })
const shop: OneSource = { kind: 'name', value: 'shop' }

it.each<[Source, boolean]>([
  [{ kind: 'agent', value: 'agent-1' }, true],
  [{ kind: 'agent', value: 'agent-2' }, false],
  [shop, true],
  [{ kind: 'name', value: 'Shop' }, false],
  [tag('eu'), true],
  [tag('us'), false],
  [{ kind: 'any', of: [tag('us'), tag('eu')] }, true],
  [{ kind: 'any', of: [tag('us'), tag('asia')] }, false],
  [{ kind: 'all', of: [tag('prod'), tag('eu'), shop] }, true],
  [{ kind: 'all', of: [tag('prod'), tag('us')] }, false],
])('%j is for an agent of that name and those tags: %s', (source, isFor) => {
  expect(bindsTo(source, agent)).toBe(isFor)
})
