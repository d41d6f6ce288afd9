import { describe, expect, it } from 'vitest'
import { createEligibility } from './eligible.ts'

describe('eligible files', () => {
  const own = ['/app/node_modules/@lightrun/sdk-node/dist/', '/linked/core/dist/']
  const none = createEligibility({ nodeModules: false, ownDirectories: own })
  const some = createEligibility({ nodeModules: ['express', '@acme/pay'], ownDirectories: own })
  const all = createEligibility({ nodeModules: true, ownDirectories: own })

  it('is nothing where coverage is measured', () => {
    const covered = createEligibility({ nodeModules: true, ownDirectories: own, isCovered: true })
    expect(covered.isEligible('/app/src/cart.js')).toBe(false)
  })

  it.each([
    ['/app/dist/cart.js', true, true, true],
    ['/app/bin/www', true, true, true],
    ['/app/src/cart.ts', true, true, true],
    ['/app/node_modules/express/lib/router.js', false, true, true],
    ['/app/node_modules/@acme/pay/index.mjs', false, true, true],
    ['/app/node_modules/@acme/other/index.js', false, false, true],
    ['/app/node_modules/express/node_modules/qs/index.js', false, false, true],
    ['/linked/core/dist/index.js', false, false, false],
    ['/app/node_modules/@lightrun/sdk-node/dist/index.js', false, false, false],
  ])('%s', (path, byDefault, named, everything) => {
    expect([none, some, all].map((each) => each.isEligible(path))).toEqual([byDefault, named, everything])
  })

  it('knows its own files from dependencies that are left out', () => {
    expect(none.isOwn('/linked/core/dist/index.js')).toBe(true)
    expect(none.isOwn('/app/node_modules/express/index.js')).toBe(false)
  })
})
