export { createHttpTransport, type HttpTransportOptions } from './http-transport.ts'
export * from './limits.ts'
export type { TlsOptions } from './net/open-socket.ts'
export type { Proxy } from './net/proxy.ts'
