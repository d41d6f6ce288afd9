import type { Site } from '@lightrun/instrument'

/** A name that can stand for a variable in an expression. */
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200C\u200D]*$/u
/** What a compiler writes a variable for and a person does not: `_this` stands for `this`. */
const NOT_VARIABLES = new Set(['this', 'super', 'arguments', 'undefined', 'null', 'true', 'false', 'new', 'import'])

/**
 * The site with its variables under the names they had in the source, same order and number. Where the source had two of
 * one name, the nearest has it and the others keep the one they run under, marked if that is taken as well.
 *
 * @param nameAt what was written at an offset of the running text, where the map says so
 */
export function renameVariables(site: Site, nameAt: (offset: number) => string | undefined): Site {
  const { variables } = site
  const taken = new Set<string>()
  // Nearest first is the order of a site's variables.
  const restored = variables.map(({ declaredAt }) => {
    const name = declaredAt === undefined ? undefined : nameAt(declaredAt)
    if (name === undefined || taken.has(name) || NOT_VARIABLES.has(name) || !IDENTIFIER.test(name)) return undefined
    taken.add(name)
    return name
  })
  const names = variables.map(({ name }, index) => restored[index] ?? (taken.has(name) ? `${name} (compiled)` : name))
  if (names.every((name, index) => name === variables[index]!.name)) return site
  return { ...site, variables: variables.map((variable, index) => ({ ...variable, name: names[index]! })) }
}
