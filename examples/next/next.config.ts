import type { NextConfig } from 'next'

const config: NextConfig = {
  // Lines of your sources are found through source maps, and Next writes none for the server unless asked.
  experimental: { serverSourceMaps: true },
  turbopack: { root: import.meta.dirname },
}

export default config
