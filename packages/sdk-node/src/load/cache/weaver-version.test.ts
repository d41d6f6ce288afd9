import { expect, test } from 'vitest'
import { weaverVersion } from './weaver-version.ts'

test('the weaver and its parser have a version', () => {
  expect(weaverVersion()).toMatch(/^[0-9a-f]{8}(,[0-9a-f]{8})+$/)
  expect(weaverVersion()).toBe(weaverVersion())
})
