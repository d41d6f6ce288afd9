const { allProducts } = require('./catalogue')

const FILTERS = ['color', 'size']
const DEFAULTS = { sort: 'name', filters: [] }

/** What was asked for, over what is usual. */
function readOptions(query) {
  const options = { ...DEFAULTS }
  if (typeof query.sort === 'string') options.sort = query.sort
  for (const name of FILTERS) {
    if (typeof query[name] === 'string') options.filters.push({ name, value: query[name] })
  }
  return options
}

exports.search = async function search(query) {
  const options = readOptions(query)
  const products = await allProducts()
  const found = products.filter((product) => options.filters.every(({ name, value }) => product[name] === value))
  return found.sort((a, b) => (a[options.sort] < b[options.sort] ? -1 : 1))
}
