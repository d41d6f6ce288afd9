export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

export function percentile(values, fraction) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))]
}

/** Median of the ratios within each round: what the machine does to all variants of a round cancels out. */
export function medianRatio(values, baseline) {
  return median(values.map((value, round) => value / baseline[round]))
}

export function spread(values, baseline) {
  const ratios = values.map((value, round) => value / baseline[round])
  return [Math.min(...ratios), Math.max(...ratios)]
}

/** Between which of the ratios their median lies with 95 % confidence, whatever their distribution: by the binomial's normal limit. */
export function medianRatioBounds(values, baseline) {
  const ratios = values.map((value, round) => value / baseline[round]).sort((a, b) => a - b)
  const half = 0.98 * Math.sqrt(ratios.length)
  const middle = (ratios.length - 1) / 2
  return [ratios[Math.max(0, Math.floor(middle - half))], ratios[Math.min(ratios.length - 1, Math.ceil(middle + half))]]
}

/** Another one begins each round, so that none is always the one after a pause. */
export function inTurn(subjects, round) {
  const first = round % subjects.length
  return [...subjects.slice(first), ...subjects.slice(0, first)]
}
