import { METHODS } from './built-ins.ts'

/** Methods whose first argument is a callback. */
const FIRST: ReadonlySet<string> = new Set(METHODS.filter(({ cost }) => cost === 'callback').map(({ name }) => name))
const SECOND: ReadonlySet<string> = new Set(['replace', 'replaceAll', 'Array.from', 'JSON.stringify', 'JSON.parse'])

export const takesCallback = (name: string, index: number): boolean =>
  (index === 0 && FIRST.has(name)) || (index === 1 && SECOND.has(name))
