/** All or none: what was placed before one fails is taken off again. Disposing twice is harmless. @throws what `place` throws. */
export function placeAll<T>(items: Iterable<T>, place: (item: T) => Disposable): Disposable {
  const placed: Disposable[] = []
  const remove = () => {
    for (let index = 0; index < placed.length; index++) placed[index]?.[Symbol.dispose]()
  }
  try {
    for (const item of items) placed[placed.length] = place(item)
  } catch (error) {
    remove()
    throw error
  }
  return { [Symbol.dispose]: remove }
}
