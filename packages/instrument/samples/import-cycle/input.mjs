import { early } from './other.mjs'
export let value = 1
export const later = () => { return value + second }
export function hoisted() { try { return value } catch (e) { return e.message } }
console.log(early)
const second = 2
console.log(later())
