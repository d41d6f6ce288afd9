import { isIPv6, type Socket } from 'node:net'
import type { Endpoint } from '../endpoint.ts'
import { MAX_HEADER_BYTES } from '../limits.ts'
import { type Proxy, proxyAuthorization } from './proxy.ts'

/**
 * Has the proxy at the other end of `socket` connect to the server (RFC 9110, 9.3.6). Calls back once: with nothing as
 * soon as what is written goes to the server, or with the reason why not. Says nothing when the socket ends meanwhile.
 */
export function openTunnel(
  socket: Socket,
  { host, port }: Pick<Endpoint, 'host' | 'port'>,
  proxy: Proxy,
  callback: (error?: Error) => void,
): void {
  const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`
  const authorization = proxyAuthorization(proxy)
  let head = ''

  function settle(error?: Error): void {
    socket.off('readable', read)
    callback(error)
  }

  // Paused all the time: whoever takes the socket over finds nothing taken from it.
  function read(): void {
    for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null) {
      head += chunk.toString('latin1')
    }
    const end = head.indexOf('\r\n\r\n')
    if (end === -1) {
      if (head.length > MAX_HEADER_BYTES) settle(new Error('the proxy answers with endless headers'))
      return
    }
    settle(refusalIn(head, end))
  }

  socket.on('readable', read)
  socket.write(
    `CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${
      authorization === undefined ? '' : `proxy-authorization: ${authorization}\r\n`
    }\r\n`,
  )
}

function refusalIn(head: string, end: number): Error | undefined {
  const status = Number(/^HTTP\/1\.[01] (\d{3})[ \r]/.exec(head)?.[1] ?? 0)
  if (status === 0) return new Error('what answers at the address of the proxy is no HTTP proxy')
  if (status === 407)
    return new Error('the proxy wants other credentials (407); check username and password of the proxy')
  if (status < 200 || status > 299) return new Error(`the proxy refuses to connect to the server (${status})`)
  // A server of TLS waits to be spoken to: these bytes are somebody else's.
  if (head.length > end + 4) return new Error('the proxy sends something of its own before the server does')
  return undefined
}
