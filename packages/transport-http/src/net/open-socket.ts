import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Timers } from '@lightrun/core'
import type { Endpoint } from '../endpoint.ts'
import type { HttpTimeouts } from '../limits.ts'

export interface TlsOptions {
  /** Certificates to trust instead of those Node.js trusts: PEM, one or more. */
  ca?: string
  /** `false` accepts any certificate, and with it anybody between the agent and the server. Default `true`. */
  rejectUnauthorized?: boolean
}

export interface OpenSocketOptions {
  endpoint: Endpoint
  tls: TlsOptions
  timeouts: Pick<HttpTimeouts, 'lookupMs' | 'connectMs' | 'handshakeMs'>
  timers: Timers
  lookup: LookupFunction
}

/**
 * Opens a connection that never keeps the process alive. Calls back once, with an open socket or with the reason why
 * there is none; destroying the returned socket earlier is such a reason.
 *
 * Undici refs a socket while a request is in flight, a poll is in flight all the time, and an unref'd socket whose
 * `ref` does nothing is the only one that stays unref'd. The event loop also counts a look-up and a pending `connect`
 * as work, which nothing can unref: the limits of these two bound how long they delay the end of a process.
 */
export function openSocket(
  { endpoint, tls, timeouts, timers, lookup }: OpenSocketOptions,
  callback: (error: Error | null, socket: Socket | null) => void,
): Socket {
  const { host, port, secure } = endpoint
  const named = isIP(host) === 0
  const socket = secure
    ? connectTls({ host, port, lookup, ALPNProtocols: ['http/1.1'], ...(named && { servername: host }), ...tls })
    : connectTcp({ host, port, lookup })
  socket.ref = () => socket
  socket.unref()
  socket.setNoDelay(true)

  let settled = false
  let cancelLimit = () => {}
  const limit = (ms: number, what: string) => {
    cancelLimit()
    // A look-up may answer when nobody waits any more.
    if (settled) return
    cancelLimit = timers.after(ms, () => socket.destroy(new Error(`no ${what} within ${ms} ms`)))
  }
  const settle = (error: Error | null) => {
    cancelLimit()
    if (settled) return
    settled = true
    if (error === null) callback(null, socket)
    else callback(error, null)
  }

  if (named) limit(timeouts.lookupMs, 'address of the name')
  else limit(timeouts.connectMs, 'connection')
  // Once: with several addresses there is one event for each, and the attempts share the limit.
  socket.once('lookup', () => limit(timeouts.connectMs, 'connection'))
  socket.once('connect', () => {
    // Each address that is tried has a handle of its own.
    socket.unref()
    if (secure) limit(timeouts.handshakeMs, 'TLS handshake')
    else settle(null)
  })
  socket.once('secureConnect', () => settle(null))
  // Stays for good: an 'error' that nobody hears would take the application down.
  socket.on('error', settle)
  socket.once('close', () => settle(new Error('the connection was closed while it was opened')))
  return socket
}
