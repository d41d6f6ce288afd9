import { wrap } from '@lightrun/sdk-node/lambda'
import { invoice } from './invoice.js'

export const handler = wrap(async (event) => {
  if (!Array.isArray(event.items)) throw new TypeError('an event has items')
  return invoice(event)
})
