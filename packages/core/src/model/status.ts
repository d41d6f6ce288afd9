import * as z from 'zod/mini'
import { ERROR_CODES } from '../errors/error-codes.ts'
import { Details } from './details.ts'
import { SourcePosition } from './position.ts'

/**
 * `removed`: deleted, switched off or changed at the server. `stopped`: the agent left. `detached`: the agent serves
 * nothing, by policy or because it found itself broken; it places the action again when it is attached.
 */
export const END_REASONS = ['expired', 'hit_limit', 'removed', 'stopped', 'detached'] as const
export type EndReason = (typeof END_REASONS)[number]

/** What to know of where a probe is. An agent places all the same. */
export const PlacementNote = z.discriminatedUnion('type', [
  /** The line that was asked for has no code; the action allowed the nearest one. */
  z.object({ type: z.literal('moved'), fromLine: z.int() }),
  /**
   * The file that the user looks at is not the one that runs. `line`: where the text of their line is there, the
   * nearest if there are several; absent when there is none, or they did not send it.
   */
  z.object({ type: z.literal('source_differs'), line: z.optional(z.int()) }),
  /** Some of the code that the line became has no probe, and why. */
  z.object({ type: z.literal('partial'), message: z.string().check(z.maxLength(2_000)) }),
])
export type PlacementNote = z.infer<typeof PlacementNote>

/** Characters of the reason for an engine: half a sentence. */
export const MAX_REASON_LENGTH = 500

/** Notes of one status: some for each position of its action. */
export const MAX_PLACEMENT_NOTES = 20
const Notes = z.optional(z.array(PlacementNote).check(z.maxLength(MAX_PLACEMENT_NOTES)))

/**
 * How long the event loop was busy just before the agent could act, in milliseconds. An agent runs between turns of the
 * loop: until it breathes the server hears nothing. Absent when nothing is worth telling.
 */
const BlockedMs = z.optional(z.int().check(z.minimum(0)))

/** Said with each state in which the probe is in the code: a reader may see only the last. */
const InPlace = z.object({
  engine: z.enum(['weave', 'inspector']),
  /** Why this engine, where it is not the woven probes: "it was loaded before lightrun". */
  reason: z.optional(z.string().check(z.maxLength(MAX_REASON_LENGTH))),
  /** Where in the source the probe really is. */
  position: SourcePosition,
  notes: Notes,
  blockedMs: BlockedMs,
})
export type InPlace = z.infer<typeof InPlace>

/**
 * Where an action stands in one agent: received → placed → hitting | throttled | waiting → ended, or failed.
 * `failed` is not final: an agent that meets the file later places the action and says so.
 */
export const ActionStatus = z.discriminatedUnion('state', [
  z.object({ state: z.literal('received') }),
  z.object({ state: z.literal('placed'), ...InPlace.shape }),
  z.object({ state: z.literal('hitting'), ...InPlace.shape }),
  /** Over its budget: taken off for a while, again and again, until it recovers by itself. What passes meanwhile is not seen. */
  z.object({ state: z.literal('throttled'), message: z.string().check(z.maxLength(2_000)) }),
  /** Its share of the hit limit over all agents is used up, after `hits` hits: taken off until the server has dealt anew. */
  z.object({ state: z.literal('waiting'), hits: z.int().check(z.minimum(0)) }),
  z.object({
    state: z.literal('ended'),
    reason: z.enum(END_REASONS),
    /** What to know beyond the reason, and what to do. */
    message: z.optional(z.string().check(z.maxLength(2_000))),
  }),
  z.object({
    state: z.literal('failed'),
    code: z.enum(ERROR_CODES),
    message: z.string().check(z.maxLength(2_000)),
    details: z.optional(Details),
  }),
])
export type ActionStatus = z.infer<typeof ActionStatus>
