/** What we use of `pg`, which ships no types. */
declare module 'pg' {
  export interface TypeParsers {
    getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown
  }
  export const types: TypeParsers
  export interface ConnectionOptions {
    connectionString: string
    application_name?: string
    connectionTimeoutMillis?: number
    types?: TypeParsers
  }
  export class Client {
    constructor(options: ConnectionOptions)
    connect(): Promise<void>
    query(sql: string, parameters?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>
    end(): Promise<void>
    on(event: 'error', listener: (error: Error) => void): this
    on(event: 'end', listener: () => void): this
    on(event: 'notification', listener: (message: { channel: string; payload?: string }) => void): this
  }
  export interface PoolClient {
    query<R>(
      sql: string,
      parameters: readonly unknown[],
    ): Promise<{ command: 'UPDATE' | 'DELETE' | 'INSERT' | 'SELECT' | 'MERGE'; rowCount: number; rows: R[] }>
    query<R>(cursor: { read(rowsCount: number): Promise<R[]>; close(): Promise<void> }): {
      read(rowsCount: number): Promise<R[]>
      close(): Promise<void>
    }
    release(): void
  }
  export class Pool {
    constructor(options: ConnectionOptions & { max?: number; idleTimeoutMillis?: number })
    connect(): Promise<PoolClient>
    query(sql: string, parameters?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>
    end(): Promise<void>
    on(event: 'error', listener: (error: Error) => void): this
  }
  const pg: { Client: typeof Client; Pool: typeof Pool; types: typeof types }
  export default pg
}
