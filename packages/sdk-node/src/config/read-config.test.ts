import { LightrunError } from '@lightrun/core'
import { describe, expect, it } from 'vitest'
import { type ConfigSources, readConfig } from './read-config.ts'
import type { StartOptions } from './start-options.ts'

function sources(env: Record<string, string> = {}, files: Record<string, string> = {}): ConfigSources {
  return {
    env,
    hostname: () => 'host-7',
    readFile(path) {
      const text = files[path]
      if (text === undefined) throw new Error(`ENOENT ${path}`)
      return text
    },
  }
}

function refusal(read: () => unknown): LightrunError {
  try {
    read()
  } catch (error) {
    if (LightrunError.is(error)) return error
  }
  throw new Error('nothing was refused')
}

describe('configuration', () => {
  it('needs a key and decides everything else', () => {
    const config = readConfig({ lightrunSecret: 'k' }, sources())
    expect(config).toMatchObject({
      secret: 'k',
      endpoint: 'http://127.0.0.1:8080',
      displayName: 'host-7',
      tags: ['Production'],
      redaction: true,
      cpuShare: 0.01,
      maxFrames: 20,
      weave: { nodeModules: false, cache: true },
    })
  })

  it('takes the environment before the caller before the file', () => {
    const files = {
      '/a.json': JSON.stringify({ lightrunSecret: 'file', apiEndpoint: 'http://file', quota: { maxCPUCost: 5 } }),
    }
    const env = { LIGHTRUN_SECRET: 'env', LIGHTRUN_AGENT_CONFIG: '/a.json' }
    const config = readConfig({ lightrunSecret: 'caller', apiEndpoint: 'http://caller' }, sources(env, files))
    expect([config.secret, config.endpoint, config.cpuShare]).toEqual(['env', 'http://caller', 0.05])
  })

  it('reads name and tags from the metadata file, unless somebody says otherwise', () => {
    const registration = { displayName: 'from file', tags: [{ name: 'eu' }, { name: 'blue' }] }
    const files = { '/m.json': JSON.stringify({ registration }) }
    const env = { LIGHTRUN_SECRET: 'k', LIGHTRUN_METADATA_FILE: '/m.json' }
    expect(readConfig({}, sources(env, files))).toMatchObject({ displayName: 'from file', tags: ['eu', 'blue'] })
    const named = { ...env, LIGHTRUN_DISPLAY_NAME: 'shop' }
    expect(readConfig({}, sources(named, files))).toMatchObject({ displayName: 'shop', tags: ['eu', 'blue'] })
  })

  it('takes tags and dependencies as lists, and an empty variable as none', () => {
    const env = {
      LIGHTRUN_SECRET: 'k',
      LIGHTRUN_TAGS: 'a, b,',
      LIGHTRUN_WEAVE_NODE_MODULES: 'express,@acme/pay',
      LIGHTRUN_WEAVE_CACHE: '/var/cache/lightrun',
      LIGHTRUN_API_ENDPOINT: '',
    }
    expect(readConfig({}, sources(env))).toMatchObject({
      tags: ['a', 'b'],
      weave: { nodeModules: ['express', '@acme/pay'], cache: '/var/cache/lightrun' },
      endpoint: 'http://127.0.0.1:8080',
    })
  })

  it('takes options that come later, and says which', () => {
    const given = { lightrunSecret: 'k', proxy: { host: 'p' }, quota: { maxCPUCost: 2, maxDynamicLogRate: 5 } }
    const config = readConfig(given as StartOptions, sources())
    expect([config.notYet, config.cpuShare]).toEqual([['proxy', 'quota.maxDynamicLogRate'], 0.02])
  })

  it.each<[string, StartOptions | Record<string, unknown>, Record<string, string>, RegExp]>([
    ['no key', {}, {}, /lightrunSecret is missing: set LIGHTRUN_SECRET/],
    [
      'an option that does not exist',
      { lightrunSecret: 'k', lightrunSercet: 'x' },
      {},
      /lightrun\.start\(\).*lightrunSercet/,
    ],
    [
      'an endpoint that is no URL',
      { lightrunSecret: 'k', apiEndpoint: 'localhost:80' },
      {},
      /apiEndpoint: must be an http/,
    ],
    [
      'a logger without functions',
      { lightrunSecret: 'k', log: { logger: {} } },
      {},
      /log\.logger: must have the functions/,
    ],
    ['a share over all', { lightrunSecret: 'k', quota: { maxCPUCost: 400 } }, {}, /quota\.maxCPUCost/],
    [
      'a flag that is neither',
      {},
      { LIGHTRUN_SECRET: 'k', LIGHTRUN_REDACTION_ENABLED: 'maybe' },
      /the environment: redactionEnabled/,
    ],
    [
      'a number that is none',
      {},
      { LIGHTRUN_SECRET: 'k', LIGHTRUN_MAX_CPU_COST: 'much' },
      /the environment: quota\.maxCPUCost/,
    ],
    [
      'a file that is not there',
      {},
      { LIGHTRUN_SECRET: 'k', LIGHTRUN_AGENT_CONFIG: '/no.json' },
      /LIGHTRUN_AGENT_CONFIG names \/no\.json/,
    ],
  ])('refuses %s, naming option and origin', (_name, options, env, message) => {
    const error = refusal(() => readConfig(options as StartOptions, sources(env)))
    expect(error.code).toBe('config_invalid')
    expect(error.message).toMatch(message)
  })
})
