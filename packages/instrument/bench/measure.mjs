/** Times the variants in turn, so that noise hits them alike. Milliseconds per round, warmed up. */
export function interleave(variants, { warmMs = 600, rounds = 40 } = {}) {
  for (const run of variants) for (const end = performance.now() + warmMs; performance.now() < end; ) run()
  const times = variants.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [i, run] of variants.entries()) {
      const start = performance.now()
      run()
      times[i].push(performance.now() - start)
    }
  }
  return times
}

/** How each variant compares with the first: the median of the ratios within a round, which drift does not reach. */
export function ratios(times) {
  return times.map((each) => median(each.map((time, round) => time / times[0][round])))
}

export function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1]
}

export function geometricMean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}
