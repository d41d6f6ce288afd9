/** For tests of programs that use the client. Needs Node.js. */
export {
  createScriptedServer,
  ok,
  problem,
  type Reply,
  type Script,
  type ScriptedRequest,
  type ScriptedServer,
  type ScriptedStream,
} from './testing/scripted-server.ts'
export { actionView, agentView, hitView, NOON_MS } from './testing/views.ts'
