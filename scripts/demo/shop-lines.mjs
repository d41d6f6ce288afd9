import { placesIn } from './places.mjs'

/** Where in the shop the demo asks. */
export const placeOf = placesIn(new URL('../../examples/shop/', import.meta.url))
