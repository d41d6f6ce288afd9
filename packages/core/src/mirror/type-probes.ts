/**
 * The part of `node:util`'s `types` that a mirror needs: tests of internal slots that run no code. Node passes
 * `util.types` itself; core stays free of `node:`.
 */
export interface TypeProbes {
  isProxy(value: unknown): boolean
  isMap(value: unknown): boolean
  isSet(value: unknown): boolean
  isWeakMap(value: unknown): boolean
  isWeakSet(value: unknown): boolean
  isDate(value: unknown): boolean
  isRegExp(value: unknown): boolean
  isNativeError(value: unknown): boolean
  isPromise(value: unknown): boolean
  isTypedArray(value: unknown): boolean
  isAnyArrayBuffer(value: unknown): boolean
  isSharedArrayBuffer(value: unknown): boolean
  isDataView(value: unknown): boolean
  isBoxedPrimitive(value: unknown): boolean
  isGeneratorObject(value: unknown): boolean
}
