export type { ExpressionChecks, ExpressionFault } from './actions/expression-checks.ts'
export type { Clock } from './clock.ts'
export {
  createServer,
  DEFAULT_HOST,
  DEFAULT_PORT,
  type Listening,
  type ListenOptions,
  type Server,
  type ServerOptions,
} from './server.ts'
export { DEFAULT_STORAGE } from './storage/open-storage.ts'
