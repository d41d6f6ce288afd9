export { type TestRunner, transportContract } from './testing/transport-contract.ts'
export type { PeerAnswer, TransportPeer } from './testing/transport-peer.ts'
export { createManualTimers, type ManualTimers } from './time/manual-timers.ts'
