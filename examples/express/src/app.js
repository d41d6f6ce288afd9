const express = require('express')
const { findProduct } = require('./catalogue')
const { search } = require('./search')

exports.createApp = function createApp() {
  const app = express()

  app.get('/search', async (req, res) => {
    const found = await search(req.query)
    res.json({ count: found.length, names: found.map((product) => product.name) })
  })

  app.get('/products/:id', async (req, res) => {
    res.json(await findProduct(req.params.id))
  })

  // Express 5 brings what an async handler throws here.
  app.use((error, _req, res, _next) => {
    res.status(error.status ?? 500).json({ error: error.message })
  })
  return app
}
