import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, it } from 'vitest'

const read = (path: string | URL) => readFileSync(path, 'utf8')

it('what is bundled carries its licence and names its version', () => {
  const require = createRequire(import.meta.url)
  const { version } = JSON.parse(read(require.resolve('undici/package.json')))
  const notice = read(new URL('../THIRD_PARTY_LICENSES', import.meta.url))
  expect(notice).toContain(`undici ${version} `)
  expect(notice).toContain(read(require.resolve('undici/LICENSE')).trim())
})
