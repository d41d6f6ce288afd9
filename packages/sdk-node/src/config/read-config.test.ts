import { delimiter } from 'node:path'
import { LightrunError } from '@lightrun/core'
import { describe, expect, it } from 'vitest'
import { misspeltVariables } from './misspelt-variables.ts'
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

const digest = Buffer.alloc(32, 0xa7)
const PIN = {
  hex: digest.toString('hex'),
  base64: `sha256/${digest.toString('base64')}`,
  colons: digest.toString('hex').toUpperCase().match(/../g)?.join(':'),
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
      maxFrames: 20,
      maxExpandFrames: 6,
      expandDependencies: false,
      network: { rejectUnauthorized: true, pinnedKeys: [] },
      agentLog: { level: 'warn', directory: undefined, maxFileBytes: 10 * 1024 * 1024, maxFiles: 5 },
      quota: { cpuShare: undefined, ignored: undefined },
      init: { wait: false, waitMs: 3_000 },
      weave: { nodeModules: false, cache: true, extraPaths: [] },
    })
    expect(config.network).not.toHaveProperty('proxy')
  })

  it('takes the environment before the caller before the file', () => {
    const files = {
      '/a.json': JSON.stringify({ lightrunSecret: 'file', apiEndpoint: 'http://file', quota: { maxCPUCost: 5 } }),
    }
    const env = { LIGHTRUN_SECRET: 'env', LIGHTRUN_AGENT_CONFIG: '/a.json' }
    const config = readConfig({ lightrunSecret: 'caller', apiEndpoint: 'http://caller' }, sources(env, files))
    expect([config.secret, config.endpoint, config.quota.cpuShare]).toEqual(['env', 'http://caller', 0.05])
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

  it('takes every option from the environment that has a name there', () => {
    const env = {
      LIGHTRUN_SECRET: 'k',
      LIGHTRUN_PROXY_HOST: 'proxy.corp',
      LIGHTRUN_PROXY_PORT: '3128',
      LIGHTRUN_PROXY_USERNAME: 'u',
      LIGHTRUN_PROXY_PASSWORD: 'p',
      LIGHTRUN_NO_CHECK_CERTIFICATE: '1',
      LIGHTRUN_PINNED_CERTS: `${PIN.base64}, ${PIN.colons}`,
      AGENT_LOG_LEVEL: 'debug',
      AGENT_LOG_TARGET_DIR: '/var/log/app',
      AGENT_LOG_MAX_FILE_SIZE_MB: '0.5',
      AGENT_LOG_MAX_FILE_COUNT: '2',
      LIGHTRUN_MAX_CONDITION_COST: '0.5',
      LIGHTRUN_MAX_DYNAMIC_LOG_RATE: '30',
      LIGHTRUN_MAX_DYNAMIC_LOG_BYTE_RATE: '20480',
      LIGHTRUN_IGNORE_QUOTA: 'true',
      LIGHTRUN_WAIT_FOR_INIT: 'true',
      LIGHTRUN_INIT_WAIT_TIME_MS: '500',
      LIGHTRUN_EXTRA_PATHS: ['/opt/team', '/opt/other/'].join(delimiter),
    }
    expect(readConfig({}, sources(env))).toMatchObject({
      network: {
        rejectUnauthorized: false,
        pinnedKeys: [PIN.hex, PIN.hex],
        proxy: { host: 'proxy.corp', port: 3128, username: 'u', password: 'p' },
      },
      agentLog: { level: 'debug', directory: '/var/log/app', maxFileBytes: 512 * 1024, maxFiles: 2 },
      quota: { conditionShare: 0.005, logsPerSecond: 30, logBytesPerSecond: 20_480, ignored: true },
      init: { wait: true, waitMs: 500 },
      weave: { extraPaths: ['/opt/team/', '/opt/other/'] },
    })
  })

  it('merges the groups of options, also of a proxy, from where each is said', () => {
    const given = { lightrunSecret: 'k', proxy: { host: 'p', port: 1 }, quota: { ignoreQuota: true } }
    const config = readConfig(given, sources({ LIGHTRUN_PROXY_PASSWORD: 'hush' }))
    expect(config.network.proxy).toEqual({ host: 'p', port: 1, password: 'hush' })
    expect(config.quota.ignored).toBe(true)
  })

  it('logs more where nobody is disturbed: in files', () => {
    const agentLog = { agentLogTargetDir: '/tmp' }
    expect(readConfig({ lightrunSecret: 'k', agentLog }, sources()).agentLog.level).toBe('info')
  })

  it.each<[string, StartOptions | Record<string, unknown>, Record<string, string>, RegExp]>([
    ['no key', {}, {}, /lightrunSecret is missing: set LIGHTRUN_SECRET/],
    [
      'an option that does not exist',
      { lightrunSecret: 'k', lightrunSercet: 'x' },
      {},
      /^lightrun\.start\(\): lightrunSercet: unknown \(did you mean lightrunSecret\?\)$/,
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
    ['a proxy without a port', { lightrunSecret: 'k', proxy: { host: 'p' } }, {}, /proxy needs both/],
    [
      'a proxy that is an address of the web',
      { lightrunSecret: 'k', proxy: { host: 'http://p', port: 1 } },
      {},
      /proxy\.host: must be a name/,
    ],
    ['a pin that is no digest', { lightrunSecret: 'k', pinnedCerts: ['AAAA'] }, {}, /pinnedCerts.*SHA-256/],
    ['no pins at all', { lightrunSecret: 'k', pinnedCerts: [] }, {}, /pinnedCerts/],
    [
      'a port that is none',
      { lightrunSecret: 'k' },
      { LIGHTRUN_PROXY_PORT: '70000' },
      /^the environment: LIGHTRUN_PROXY_PORT: must be at most 65535$/,
    ],
    ['a wait of years', { lightrunSecret: 'k', lightrunInitWaitTimeMs: 1e12 }, {}, /lightrunInitWaitTimeMs/],
    ['a share over all', { lightrunSecret: 'k', quota: { maxCPUCost: 400 } }, {}, /quota\.maxCPUCost/],
    [
      'a flag that is neither',
      {},
      { LIGHTRUN_SECRET: 'k', LIGHTRUN_REDACTION_ENABLED: 'maybe' },
      /^the environment: LIGHTRUN_REDACTION_ENABLED: must be true or false$/,
    ],
    [
      'a number that is none',
      {},
      { LIGHTRUN_SECRET: 'k', LIGHTRUN_MAX_CPU_COST: 'much' },
      /^the environment: LIGHTRUN_MAX_CPU_COST: must be a number$/,
    ],
    [
      'a file that is not there',
      {},
      { LIGHTRUN_SECRET: 'k', LIGHTRUN_AGENT_CONFIG: '/no.json' },
      /LIGHTRUN_AGENT_CONFIG names \/no\.json, which cannot be read: ENOENT/,
    ],
    ['an empty key', { lightrunSecret: '' }, {}, /lightrunSecret: must not be empty$/],
    ['a key that is no text', { lightrunSecret: 5 }, {}, /lightrunSecret: must be a string, not a number$/],
    ['a number as text', { quota: { maxCPUCost: '1' } }, {}, /quota\.maxCPUCost: must be a number, not a string$/],
    ['a flag as text', { redactionEnabled: 'true' }, {}, /redactionEnabled: must be true or false, not a string$/],
    ['nothing as a number', { quota: { maxCPUCost: 0 } }, {}, /quota\.maxCPUCost: must be more than 0$/],
    ['part of a frame', { capture: { maxFrames: 1.5 } }, {}, /capture\.maxFrames: must be a whole number$/],
    [
      'a group that is none',
      { quota: 1 },
      {},
      /quota: must be an object \{ maxCPUCost, maxConditionCost, maxDynamicLogRate, maxDynamicLogByteRate, … \}, not a number$/,
    ],
    [
      'tags that are just names',
      { metadata: { registration: { tags: ['eu'] } } },
      {},
      /tags\.0: must be an object \{ name \}, not a string$/,
    ],
    [
      'one name for many',
      { weave: { nodeModules: 'express' } },
      {},
      /weave\.nodeModules: must be true or false or an array$/,
    ],
    [
      'a number for a name',
      { weave: { nodeModules: [7] } },
      {},
      /weave\.nodeModules\.0: must be a string, not a number$/,
    ],
    [
      'a level of another logger',
      {},
      { AGENT_LOG_LEVEL: 'verbose' },
      /AGENT_LOG_LEVEL: must be one of debug, info, warn, error, off$/,
    ],
    ['options that are none', 'key' as never, {}, /^lightrun\.start\(\): options: must be an object .*, not a string$/],
    ['an option of a group, by its old name', { quota: { maxCpuCost: 1 } }, {}, /did you mean quota\.maxCPUCost\?/],
    ['an option outside of its group', { displayName: 'x' }, {}, /did you mean metadata\.registration\.displayName\?/],
    ['what is like no option', { weave: { x: 1 } }, {}, /weave\.x: unknown \(there are nodeModules, cache\)$/],
  ])('refuses %s, naming option and origin', (_name, options, env, message) => {
    const error = refusal(() => readConfig(options as StartOptions, sources(env)))
    expect(error.code).toBe('config_invalid')
    expect(error.message).toMatch(message)
  })
  it('does not quote a file that is not JSON: it holds a key', () => {
    const files = { '/a.json': '{ "lightrunSecret": hush-hush }' }
    const error = refusal(() => readConfig({}, sources({ LIGHTRUN_AGENT_CONFIG: '/a.json' }, files)))
    expect(error.message).toBe('LIGHTRUN_AGENT_CONFIG names /a.json, which is not JSON')
  })

  it('a variable that is misspelt is told, one of somebody else is not', () => {
    const env = {
      LIGHTRUN_API_ENDPIONT: 'x',
      LIGHTRUN_TOWER: 'x',
      LIGHTRUN_SERVER: 'x',
      API_ENDPOINT: 'x',
      AGENT_LOG_LEVL: 'x',
    }
    expect(refusal(() => readConfig({}, sources({ LIGHTRUN_SERCET: 'k' }))).message).toMatch(
      /lightrunSecret is missing: .*; LIGHTRUN_SERCET is no variable of lightrun; did you mean LIGHTRUN_SECRET\?$/,
    )
    expect(misspeltVariables(env)).toEqual([
      'LIGHTRUN_API_ENDPIONT is no variable of lightrun; did you mean LIGHTRUN_API_ENDPOINT?',
      'AGENT_LOG_LEVL is no variable of lightrun; did you mean AGENT_LOG_LEVEL?',
    ])
  })
})
