import { count, increment } from './counter.mjs'
import * as counter from './counter.mjs'
import def, { count as alias } from './counter.mjs'
function show() { return [count, alias, counter.count, def] } //? { this: any, count: 0, counter: any, def: 'd', alias: 0 }
console.log(show()); increment(); console.log(show())
