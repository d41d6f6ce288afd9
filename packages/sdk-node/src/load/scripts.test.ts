import { describe, expect, it } from 'vitest'
import { createScripts, MAX_VERSIONS, type Script } from './scripts.ts'

const woven = (path: string, fingerprint: string): Script => ({
  status: 'woven',
  path,
  format: 'commonjs',
  fingerprint,
})

describe('what is loaded', () => {
  it('keeps every live version of a path, the latest last', () => {
    const scripts = createScripts()
    scripts.add(woven('/a.js', 'one'))
    scripts.add(woven('/a.js', 'two'))
    expect(scripts.versions('/a.js')).toMatchObject([{ fingerprint: 'one' }, { fingerprint: 'two' }])
    expect(scripts.get('/a.js')).toMatchObject({ fingerprint: 'two' })
    expect([[...scripts.all()].length, scripts.size]).toEqual([2, 1])
  })

  it('has a text that was loaded twice once: its instances share their cells', () => {
    const scripts = createScripts()
    for (const fingerprint of ['one', 'two', 'one']) scripts.add(woven('/a.js', fingerprint))
    expect(scripts.versions('/a.js')).toMatchObject([{ fingerprint: 'two' }, { fingerprint: 'one' }])
  })

  it('drops what was not woven when another version of it loads', () => {
    const scripts = createScripts()
    const path = '/a.ts'
    scripts.add({ status: 'unwoven', path, format: 'commonjs', reason: 'syntax_error', message: 'types' })
    scripts.add(woven(path, 'one'))
    expect(scripts.versions(path)).toEqual([woven(path, 'one')])
  })

  it('forgets the oldest of more versions than it keeps', () => {
    const scripts = createScripts()
    for (let version = 0; version <= MAX_VERSIONS; version++) scripts.add(woven('/a.js', `v${version}`))
    const kept = scripts.versions('/a.js')
    expect([kept.length, kept[0]]).toMatchObject([MAX_VERSIONS, { fingerprint: 'v1' }])
  })

  it('names what is excluded, apart from the rest', () => {
    const scripts = createScripts()
    scripts.add(woven('/a.js', 'one'))
    scripts.exclude('/node_modules/x/index.js', 'module')
    const excluded = { status: 'unwoven', reason: 'excluded', path: '/node_modules/x/index.js', format: 'module' }
    expect([...scripts.excluded()]).toMatchObject([excluded])
    expect(scripts.get('/node_modules/x/index.js')).toMatchObject(excluded)
    expect([...scripts.all()]).toHaveLength(1)
  })

  it('says that something was added, after it was', () => {
    const scripts = createScripts()
    const seen: (Script | undefined)[] = []
    scripts.onAdd = () => seen.push(scripts.get('/a.js'), scripts.get('/b.js'))
    scripts.add(woven('/a.js', 'one'))
    scripts.exclude('/b.js', 'commonjs')
    expect(seen).toMatchObject([{ path: '/a.js' }, undefined, { path: '/a.js' }, { reason: 'excluded' }])
  })
})
