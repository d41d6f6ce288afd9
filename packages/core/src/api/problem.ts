import * as z from 'zod/mini'
import { ERROR_CODES } from '../errors/error-codes.ts'
import { Details } from '../model/details.ts'

/** Every refusal of the server, as `application/problem+json` (RFC 9457). `detail` says what to do. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(ERROR_CODES),
  detail: z.string(),
  details: z.optional(Details),
})
export type Problem = z.infer<typeof Problem>
