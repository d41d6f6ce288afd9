import { hoisted, later } from './input.mjs'
export const early = [hoisted()]
try { later() } catch (e) { early.push(e.message) }
export function reads() { return typeof later }
