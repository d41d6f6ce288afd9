import * as z from 'zod/mini'

/** Sources that one action may name: more is a tag that is missing. */
export const MAX_SOURCES = 20

const several = <One extends z.core.$ZodType>(one: One) =>
  z.object({ kind: z.enum(['any', 'all']), of: z.array(one).check(z.minLength(2), z.maxLength(MAX_SOURCES)) })

const AgentSource = z.object({ kind: z.enum(['agent', 'name', 'tag']), value: z.string() })
export type AgentSource = z.infer<typeof AgentSource>
/** Agents by what they are: an id, a display name, a tag, or any or all of several of these. */
export const AgentSet = z.union([AgentSource, several(AgentSource)])
export type AgentSet = z.infer<typeof AgentSet>

const OneSource = z.union([
  AgentSource,
  /** The custom source of this name. `is`: the agents it stands for now; absent when it has been removed. */
  z.object({ kind: z.literal('custom'), value: z.string(), is: z.optional(AgentSet) }),
])
export type OneSource = z.infer<typeof OneSource>

/** Which agents an action is for. All but an agent's id also bind to agents that start later. */
export const Source = z.union([OneSource, several(OneSource)])
export type Source = z.infer<typeof Source>

/** How a source is written: `shop`, `tag:eu,tag:us`, `tag:prod+shop`, `custom:checkout`. */
export const WrittenSource = z.string().check(z.minLength(1), z.maxLength(600))

/** What a custom source may be called: it is written between commas and in paths. */
export const CustomSourceName = z
  .string()
  .check(z.regex(/^[A-Za-z0-9][\w.-]{0,99}$/, 'must be 1 to 100 letters, digits, dots, dashes or underscores'))

/** Body of `PUT /api/v1/sources/:name`: the agents that the name is to stand for. It names no other custom source. */
export const NewCustomSource = z.object({ source: WrittenSource })

/** A named set of agents. Actions for it follow its changes. */
export const CustomSourceView = z.object({
  name: z.string(),
  source: AgentSet,
  createdAtMs: z.int(),
  changedAtMs: z.int(),
})
export type CustomSourceView = z.infer<typeof CustomSourceView>
export const CustomSourceList = z.object({ sources: z.array(CustomSourceView) })
