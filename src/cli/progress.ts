import { SingleBar } from 'cli-progress'

/** Where a command writes: `lines` for what it found out, `bar` for how far it is. */
export interface Terminal {
  write: (text: string) => void
  /** Where a bar can be drawn; null where nobody looks, such as in a pipe. */
  bar: NodeJS.WriteStream | null
}

export interface Progress {
  at(done: number, total: number): void
  stop(): void
}

/** How much is done before another line says so, in parts of the whole. */
const lineEach = 0.1

/** A bar that fills, or where there is no screen, a line now and then. */
export function showProgress({ bar, write }: Terminal, what: string): Progress {
  return bar === null ? lines(write, what) : drawn(bar, what)
}

function drawn(stream: NodeJS.WriteStream, what: string): Progress {
  const bar = new SingleBar({
    format: `${what} {bar} {percentage}% | {value} of {total} | {eta_formatted}`,
    stream,
    hideCursor: true,
    clearOnComplete: true,
    barsize: 30,
  })
  let isDrawn = false
  return {
    at(done, total) {
      if (!isDrawn) bar.start(total, done)
      else {
        bar.setTotal(total)
        bar.update(done)
      }
      isDrawn = true
    },
    stop() {
      if (isDrawn) bar.stop()
    },
  }
}

function lines(write: Terminal['write'], what: string): Progress {
  let next = 0
  return {
    at(done, total) {
      const part = total === 0 ? 1 : done / total
      if (part < next) return
      next = Math.floor(part / lineEach) * lineEach + lineEach
      write(`${what} ${Math.floor(part * 100)}% (${done} of ${total})\n`)
    },
    stop() {},
  }
}
