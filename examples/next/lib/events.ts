export interface Show {
  id: string
  title: string
  /** In euros, the currency of the house. */
  seatCents: number
}

const SHOWS: readonly Show[] = [
  { id: 'hamlet', title: 'Hamlet', seatCents: 4_500 },
  { id: 'tosca', title: 'Tosca', seatCents: 9_000 },
  { id: 'swan-lake', title: 'Swan Lake', seatCents: 6_250 },
]

export function allShows(): readonly Show[] {
  return SHOWS
}

export async function findShow(id: string): Promise<Show | undefined> {
  return SHOWS.find((show) => show.id === id)
}
