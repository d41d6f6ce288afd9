import { connect, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { Timers } from '@lightrun/core'
import type { Endpoint } from '../endpoint.ts'
import type { HttpTimeouts } from '../limits.ts'
import { openTunnel } from './open-tunnel.ts'
import { pinRefusal } from './pinned-keys.ts'
import type { Proxy } from './proxy.ts'

export interface TlsOptions {
  /** Certificates to trust instead of those Node.js trusts: PEM, one or more. */
  ca?: string
  /** `false` accepts any certificate, and with it anybody between the agent and the server. Default `true`. */
  rejectUnauthorized?: boolean
  /** SHA-256 of public keys (SubjectPublicKeyInfo), lower-case hexadecimal: a server with another key is sent nothing. */
  pinnedKeys?: readonly string[]
}

export interface OpenSocketOptions {
  endpoint: Endpoint
  proxy?: Proxy | undefined
  tls: TlsOptions
  timeouts: Pick<HttpTimeouts, 'lookupMs' | 'connectMs' | 'handshakeMs'>
  timers: Timers
  lookup: LookupFunction
}

/**
 * Opens a connection that never keeps the process alive: TCP to the server or its proxy, a tunnel through the proxy where
 * TLS is spoken, TLS. Calls back once, with an open socket or with the reason why there is none; destroying the returned
 * socket is such a reason, and closes what came of it.
 *
 * Undici refs a socket while a request is in flight, a poll is in flight all the time, and an unref'd socket whose
 * `ref` does nothing is the only one that stays unref'd. The event loop also counts a look-up and a pending `connect`
 * as work, which nothing can unref: the limits of these two bound how long they delay the end of a process.
 */
export function openSocket(
  { endpoint, proxy, tls, timeouts, timers, lookup }: OpenSocketOptions,
  callback: (error: Error | null, socket: Socket | null) => void,
): Socket {
  const { host, port } = proxy ?? endpoint
  const named = isIP(host) === 0
  const socket = keepQuiet(connect({ host, port, lookup }))
  socket.setNoDelay(true)

  let settled = false
  let cancelLimit = () => {}
  const limit = (ms: number, what: string) => {
    cancelLimit()
    // A look-up may answer when nobody waits any more.
    if (settled) return
    cancelLimit = timers.after(ms, () => socket.destroy(new Error(`no ${what} within ${ms} ms`)))
  }
  const settle = (error: Error | null, opened: Socket | null) => {
    cancelLimit()
    if (settled) return
    settled = true
    callback(error, opened)
  }
  const fail = (error: Error) => settle(error, null)
  const failure = (each: Socket) => {
    // Stays for good: an 'error' that nobody hears would take the application down.
    each.on('error', fail)
    each.once('close', () => fail(new Error('the connection was closed while it was opened')))
  }

  function shakeHands(): void {
    limit(timeouts.handshakeMs, 'TLS handshake')
    const secure = keepQuiet(startTls(socket, endpoint, tls))
    secure.once('secureConnect', () => {
      const refusal = pinRefusal(secure, tls.pinnedKeys ?? [])
      if (refusal === undefined) settle(null, secure)
      else secure.destroy(refusal)
    })
    failure(secure)
  }

  function dig(through: Proxy): void {
    limit(timeouts.connectMs, 'connection through the proxy')
    openTunnel(socket, endpoint, through, (error) => {
      if (error === undefined) shakeHands()
      else socket.destroy(error)
    })
  }

  if (named) limit(timeouts.lookupMs, 'address of the name')
  else limit(timeouts.connectMs, 'connection')
  // Once: with several addresses there is one event for each, and the attempts share the limit.
  socket.once('lookup', () => limit(timeouts.connectMs, 'connection'))
  socket.once('connect', () => {
    // Each address that is tried has a handle of its own.
    socket.unref()
    if (!endpoint.secure) settle(null, socket)
    else if (proxy === undefined) shakeHands()
    else dig(proxy)
  })
  failure(socket)
  return socket
}

function startTls(socket: Socket, { host }: Endpoint, { pinnedKeys: _, ...tls }: TlsOptions): TLSSocket {
  const servername = isIP(host) === 0 ? { servername: host } : {}
  return connectTls({ socket, host, ALPNProtocols: ['http/1.1'], ...servername, ...tls })
}

function keepQuiet<S extends Socket>(socket: S): S {
  socket.ref = () => socket
  return socket.unref()
}
