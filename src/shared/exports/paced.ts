/** How long something may take that holds a connection to the database while somebody reads it. */
export interface Pace {
  /** From the beginning to the end. */
  totalMs: number
  /** How long the reader may take nothing. */
  stallMs: number
}

/**
 * The chunks as a stream that is read at the reader's pace, but not slower than `pace`: whoever is too slow gets an
 * error instead of an end. Cancelling it, being too slow and reaching the end all finish the chunks.
 */
export function paced(
  chunks: AsyncIterable<Uint8Array>,
  { totalMs, stallMs }: Pace,
): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  let stalled: NodeJS.Timeout | undefined
  let late: NodeJS.Timeout | undefined

  const finish = async () => {
    clearTimeout(stalled)
    clearTimeout(late)
    await iterator.return?.()
  }
  const cut = (controller: ReadableStreamDefaultController, reason: string) => {
    controller.error(new Error(reason))
    // What could not be finished has nobody left to tell.
    finish().catch(() => {})
  }
  const watch = (controller: ReadableStreamDefaultController) => {
    stalled = setTimeout(cut, stallMs, controller, 'The reader was too slow: it took nothing for a while.')
  }
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        late = setTimeout(cut, totalMs, controller, 'The reader was too slow: the time for this was over.')
        watch(controller)
      },
      async pull(controller) {
        clearTimeout(stalled)
        const { done, value } = await iterator.next()
        if (done === true) {
          await finish()
          controller.close()
          return
        }
        controller.enqueue(value)
        watch(controller)
      },
      cancel: finish,
    },
    { highWaterMark: 0 },
  )
}
