/** Longer texts are compared by their beginning; an id or a name is shorter. */
const MAX_COMPARED = 64

/** The candidates that look most like what was written, best first. */
export function nearest<T>(
  written: string,
  candidates: readonly T[],
  nameOf: (candidate: T) => string,
  limit: number,
): T[] {
  return candidates
    .map((candidate) => ({ candidate, distance: distanceTo(written, nameOf(candidate)) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map(({ candidate }) => candidate)
}

/** Edits from what was written to the same length of the name: half an id is compared with half an id. */
function distanceTo(written: string, name: string): number {
  const a = written.toLowerCase().slice(0, MAX_COMPARED)
  const b = name.toLowerCase().slice(0, Math.max(a.length, 1))
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? a.length
}
