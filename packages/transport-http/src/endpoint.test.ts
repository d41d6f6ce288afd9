import { describe, expect, it } from 'vitest'
import { parseEndpoint } from './endpoint.ts'

describe('an endpoint', () => {
  it.each([
    ['https://lightrun.example', true, 'lightrun.example', 443, '/agent/v1/frames'],
    ['http://10.0.0.1:8080/', false, '10.0.0.1', 8080, '/agent/v1/frames'],
    ['https://[::1]:9/a/b//', true, '::1', 9, '/a/b/agent/v1/frames'],
    ['HTTP://Host.Example', false, 'host.example', 80, '/agent/v1/frames'],
  ])('%s', (text, secure, host, port, framesPath) => {
    expect(parseEndpoint(text)).toMatchObject({ secure, host, port, framesPath })
  })

  it.each([
    '',
    'lightrun.example',
    'localhost:8080',
    'ftp://host',
    'http://',
    'https://u:hunter2@h',
    'http://h/?hunter2',
    'http://h/#a',
  ])('is not %j', (text) => {
    expect(() => parseEndpoint(text)).toThrow(expect.objectContaining({ code: 'config_invalid' }))
    expect(() => parseEndpoint(text)).not.toThrow(/hunter2/)
  })
})
