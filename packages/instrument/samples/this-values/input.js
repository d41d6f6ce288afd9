'use strict'
const o = { v: 1, m() { return this.v }, a() { return [1].map((x) => x + this.v) }, plain() { return [1].map((x) => x) } } 
function method() { return this } //? { this: 5 }
console.log(method.call(5), o.m(), o.a(), o.plain())
const bound = { f() { const g = () => { return this.z } //? { this: any }
  return g() }, z: 3 }
console.log(bound.f())
