/** Short enough to type, long enough to stay unambiguous for a while. */
const MIN_LENGTH = 8
/** Ids up to here are shown whole: cutting them gains nothing. */
const MAX_WHOLE = 12

/** For each long id the shortest prefix, of at least eight characters, that no other of them has. */
export function shortIds(ids: readonly string[]): Map<string, string> {
  const sorted = [...new Set(ids)].sort()
  return new Map(
    sorted.map((id, index) => {
      const shared = Math.max(sharedPrefix(id, sorted[index - 1]), sharedPrefix(id, sorted[index + 1]))
      return [id, id.length <= MAX_WHOLE ? id : id.slice(0, Math.max(MIN_LENGTH, shared + 1))]
    }),
  )
}

function sharedPrefix(id: string, neighbour: string | undefined): number {
  let length = 0
  while (neighbour !== undefined && length < id.length && id[length] === neighbour[length]) length += 1
  return length
}
