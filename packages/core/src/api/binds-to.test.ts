import { expect, it } from 'vitest'
import { bindsTo } from './binds-to.ts'
import type { AgentSource, Source } from './source.ts'

const agent = { id: 'agent-1', displayName: 'shop', tags: ['prod', 'eu'] }
const tag = (value: string): AgentSource => ({ kind: 'tag', value })
const shop: AgentSource = { kind: 'name', value: 'shop' }

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
  [{ kind: 'custom', value: 'x', is: tag('eu') }, true],
  [{ kind: 'custom', value: 'x', is: { kind: 'all', of: [tag('eu'), tag('us')] } }, false],
  [{ kind: 'custom', value: 'removed' }, false],
  [{ kind: 'all', of: [tag('prod'), { kind: 'custom', value: 'x', is: shop }] }, true],
])('%j is for an agent of that name and those tags: %s', (source, isFor) => {
  expect(bindsTo(source, agent)).toBe(isFor)
})
