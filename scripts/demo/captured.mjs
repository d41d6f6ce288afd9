/** A captured value as plain JavaScript, for the demo to check; what was left out is the text `(omitted: reason)`. */
export function plainValue(value) {
  switch (value.type) {
    case 'object':
      if (value.items !== undefined) return value.items.map(plainValue)
      return Object.fromEntries((value.properties ?? []).map(([name, property]) => [name, plainValue(property)]))
    case 'omitted':
      return `(omitted: ${value.reason})`
    case 'undefined':
      return undefined
    case 'null':
      return null
    default:
      return value.value
  }
}
