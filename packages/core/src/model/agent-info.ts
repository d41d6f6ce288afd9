import * as z from 'zod/mini'

const Text = z.string().check(z.maxLength(500))

/** Most tags one agent may carry. */
export const MAX_TAGS = 50

/** What an agent says of itself when it registers. */
export const AgentInfo = z.object({
  displayName: Text.check(z.minLength(1)),
  tags: z.array(Text.check(z.minLength(1))).check(z.maxLength(MAX_TAGS)),
  hostname: Text,
  pid: z.int(),
  runtime: z.object({ name: Text, version: Text }),
  sdkVersion: Text,
  startedAtMs: z.int(),
})
export type AgentInfo = z.infer<typeof AgentInfo>
