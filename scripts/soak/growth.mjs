/** Slope per sample that is not moved by outliers (Theil and Sen): the median of the slopes of all pairs. */
export function slope(values) {
  const slopes = []
  for (let a = 0; a < values.length; a++) {
    for (let b = a + 1; b < values.length; b++) slopes.push((values[b] - values[a]) / (b - a))
  }
  return median(slopes)
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted.length === 0 ? 0 : sorted[Math.floor(sorted.length / 2)]
}

/** What samples have grown by from their first to their last, as far as it is a trend. */
export const growth = (values) => slope(values) * (values.length - 1)
