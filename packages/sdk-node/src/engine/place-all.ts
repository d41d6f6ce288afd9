/** All or none: what was placed before one fails is taken off again. @throws what `place` throws. */
export function placeAll<T>(items: Iterable<T>, place: (item: T) => Disposable): Disposable {
  const placed: Disposable[] = []
  const remove = () => {
    for (const each of placed.splice(0)) each[Symbol.dispose]()
  }
  try {
    for (const item of items) placed.push(place(item))
  } catch (error) {
    remove()
    throw error
  }
  return { [Symbol.dispose]: remove }
}
