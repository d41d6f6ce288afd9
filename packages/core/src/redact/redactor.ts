/**
 * Decides by name alone whether a value may be looked at. Asked before the value is read: what it refuses is
 * not even touched. Names are property names, Map keys, variables, header names and the last member of an expression.
 */
export interface Redactor {
  hides(name: string): boolean
}
