import { Socket } from 'node:net'

/**
 * A connection to PostgreSQL that sends the statements of one turn of the event loop together: each packet of its own
 * wakes PostgreSQL up, which costs as much as many a statement. node-postgres holds back the parts of a prepared statement
 * until it is whole; here they are held back until nothing more comes, or the connection is ended.
 */
export class GatheringSocket extends Socket {
  #gathering = false

  override cork(): void {
    super.cork()
    if (this.#gathering) return
    this.#gathering = true
    super.cork()
    process.nextTick(() => {
      this.#gathering = false
      this.uncork()
    })
  }
}
