import { describe, expect, it } from 'vitest'
import type { LoadedScript } from '../engine/inspector/loaded-scripts.ts'
import { readScriptText } from '../load/script-text.ts'
import { createFindCompiled } from './compiled-scripts.ts'

const script = (path: string, mainRealm = true): LoadedScript => ({
  id: path,
  path,
  format: 'commonjs',
  length: 1,
  mainRealm,
})

function setUp(scripts: LoadedScript[], { there = true, seesAllModules = true } = {}) {
  let asked = 0
  const find = createFindCompiled({
    loaded: {
      async all() {
        asked++
        return scripts
      },
      textOf: ({ path }) => `text of ${path}`,
    },
    exists: async () => there,
    isOurs: (path) => path.startsWith('/sdk/'),
    seesAllModules,
  })
  return { find, asked: () => asked }
}

describe('what other tools have compiled', () => {
  it('is found by its path, with the text that V8 has', async () => {
    const { find } = setUp([script('/app/src/sum.ts'), script('/app/test/sum.ts')])
    const [found, ...others] = await find('src/sum.ts')
    expect([found?.path, found?.reason, others]).toEqual(['/app/src/sum.ts', 'compiled_elsewhere', []])
    const unread = () => Promise.reject(new Error('from memory'))
    expect(found && (await readScriptText(found, unread))).toBe('text of /app/src/sum.ts')
  })

  it('may be what a source became: its name is the same', async () => {
    const { find } = setUp([script('/app/dist/sum.js'), script('/app/dist/other.js'), script('/sdk/sum.js')])
    expect((await find('src/sum.ts')).map(({ path }) => path)).toEqual(['/app/dist/sum.js'])
  })

  it('may be an ES module that Node shows no hook, where it has none that sees all', async () => {
    const module: LoadedScript = { ...script('/app/src/sum.mjs'), format: 'module' }
    const whyNot = async (each: LoadedScript, seesAllModules: boolean) => {
      const [found] = await setUp([each], { seesAllModules }).find(each.path)
      return found?.reason
    }
    expect(await whyNot(module, false)).toBe('imported_unseen')
    expect(await whyNot(module, true)).toBe('compiled_elsewhere')
    expect(await whyNot(script('/app/src/sum.js'), false)).toBe('compiled_elsewhere')
  })

  it('is told to be out of reach when it runs in another realm only', async () => {
    const { find } = setUp([script('/app/src/sum.ts', false)])
    await expect(find('src/sum.ts')).rejects.toMatchObject({
      code: 'file_not_woven',
      message: expect.stringContaining('realm of its own'),
    })
    const both = setUp([script('/app/src/sum.ts', false), script('/app/src/sum.ts')])
    expect(await both.find('src/sum.ts')).toHaveLength(1)
  })

  it('is not asked for when no such file is there', async () => {
    const { find, asked } = setUp([script('/app/src/sum.ts')], { there: false })
    expect([await find('src/smu.ts'), asked()]).toEqual([[], 0])
  })

  it('is nothing where V8 cannot be asked', async () => {
    const find = createFindCompiled({
      loaded: { all: () => Promise.reject(new Error('no inspector')), textOf: () => '' },
      exists: async () => true,
      isOurs: () => false,
      seesAllModules: true,
    })
    expect(await find('src/sum.ts')).toEqual([])
  })
})
