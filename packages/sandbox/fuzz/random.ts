/** Numbers that a seed decides: whatever is made from them can be made again from the seed alone. */
export interface Random {
  /** 0 … count - 1 */
  below(count: number): number
  pick<T>(list: readonly T[]): T
  /** True once in so many times. */
  oneIn(count: number): boolean
}

/** One stream of numbers for each (seed, stream); splitmix32. */
export function createRandom(seed: number, stream: number): Random {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b)) | 0

  function next(): number {
    state = (state + 0x9e3779b9) | 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }

  const below = (count: number) => Math.floor((next() / 0x1_0000_0000) * count)
  return {
    below,
    pick: <T>(list: readonly T[]) => list[below(list.length)] as T,
    oneIn: (count) => below(count) === 0,
  }
}
