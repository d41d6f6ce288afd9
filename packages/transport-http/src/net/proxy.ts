/** An HTTP proxy before the server, spoken to in plain HTTP. */
export interface Proxy {
  /** A name or an address; IPv6 without brackets. */
  host: string
  port: number
  username?: string
  password?: string
}

/** What the proxy is told of who asks: the value of `proxy-authorization`. `undefined`: nothing is known. */
export function proxyAuthorization({ username, password = '' }: Proxy): string | undefined {
  if (username === undefined) return undefined
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}
