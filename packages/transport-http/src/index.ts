// transport-http is being written by its own engineer; core's engineer does not need to
export { createHttpTransport, type HttpTransportOptions } from './http-transport.ts'
export * from './limits.ts'
export type { TlsOptions } from './net/open-socket.ts'
