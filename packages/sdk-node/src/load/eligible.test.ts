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

  it('is whatever lies in an extra path, but the agent itself', () => {
    const extraPaths = ['/opt/nodejs/node_modules/team/', '/app/node_modules/@lightrun/']
    const { isEligible } = createEligibility({ nodeModules: false, ownDirectories: own, extraPaths })
    expect(isEligible('/opt/nodejs/node_modules/team/cart.js')).toBe(true)
    expect(isEligible('/opt/nodejs/node_modules/teams/cart.js')).toBe(false)
    expect(isEligible('/app/node_modules/@lightrun/sdk-node/dist/index.js')).toBe(false)
  })

  it('knows its own files from dependencies that are left out', () => {
    expect(none.isOwn('/linked/core/dist/index.js')).toBe(true)
    expect(none.isOwn('/app/node_modules/express/index.js')).toBe(false)
  })
})
