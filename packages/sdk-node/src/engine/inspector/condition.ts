import type { SiteVariable } from '@lightrun/instrument'

/**
 * Variables that one condition can read, nearest first. V8 compiles the condition anew on every pass: each costs about
 * a microsecond, and a bundle has thousands in scope.
 */
export const MAX_READABLE = 256

/**
 * What V8 evaluates at a site on every pass: it calls the hit function with the number of what is armed there and one
 * accessor, which reads a variable by its slot and throws for what cannot be read. Yields false, because the hit does.
 */
export function conditionFor(hitFunction: string, number: number, variables: readonly SiteVariable[]): string {
  const cases = variables.slice(0, MAX_READABLE).map(({ name }, slot) => `case ${slot}:return ${name};`)
  // Whatever the parameter is called, the variable of that name is out of reach.
  const parameter = `${hitFunction}_n`
  return `${hitFunction}(${number},${parameter}=>{switch(${parameter}){${cases.join('')}default:throw ${parameter}}})`
}
