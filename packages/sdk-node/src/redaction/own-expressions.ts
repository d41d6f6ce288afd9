import { runInNewContext } from 'node:vm'

/**
 * `RegExp` of a realm of our own: what `RegExp.$1`, `RegExp.lastMatch` and the like say after a hit is what the application
 * left there. A realm takes 0.8 ms and 0.3 MB.
 */
export const ownExpressions = () => runInNewContext('RegExp') as RegExpConstructor
