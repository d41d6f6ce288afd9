export default class { static n = 1; m() { return new.target === undefined } }
import * as ns from './input.mjs'
console.log(ns.default.name, ns.default.n, new ns.default().m())
export { ns as 'string name' }
export const { a, b = () => a } = { a: 1 }, c = 2
export class D {}
export let e; e = 3
export function f() { return e }
export async function* g() { yield* [1] }
export { e as renamed }
export * from './input.mjs'
console.log(Object.keys(ns).join(), ns.renamed, ns.f())
