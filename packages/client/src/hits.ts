import { type HitList, type HitView, LightrunError } from '@lightrun/core'

/** Hits of an action from oldest to newest, a page at a time as they are read. */
export async function* eachHit(
  page: (after: number | undefined) => Promise<HitList>,
  after?: number,
): AsyncGenerator<HitView, void, void> {
  let cursor = after
  for (;;) {
    const { hits, next } = await page(cursor)
    yield* hits
    if (next === undefined) return
    // A cursor that stands still would ask for the same page forever.
    if (cursor !== undefined && next <= cursor) {
      throw new LightrunError('server_error', `the server repeats a page of hits (after ${next}); upgrade the server`)
    }
    cursor = next
  }
}
