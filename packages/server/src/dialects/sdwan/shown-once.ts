interface Shown {
  readonly besides: readonly unknown[]
  readonly text: string
}

/**
 * Makes a text once for each object that it is about: what is remembered of a caller is one object from request to
 * request, and so is what the store gives as long as nothing changes.
 *
 * @returns asked with the object, with all else that the text hangs on, and with how to make it
 */
export function shownOnce(): (about: object, besides: readonly unknown[], make: () => string) => string {
  const known = new WeakMap<object, Shown>()
  return (about, besides, make) => {
    const before = known.get(about)
    if (before?.besides.every((one, index) => one === besides[index]) === true) return before.text
    const text = make()
    known.set(about, { besides, text })
    return text
  }
}
