import type { Site } from '@lightrun/instrument'

/** For tests in which it matters only that there is a site, or which of several it is. */
export const madeUpSite = (): Site => ({
  index: 0,
  number: 0,
  position: { line: 0, column: 0 },
  end: { line: 0, column: 1 },
  function: 0,
  variables: [],
  cell: '',
})
