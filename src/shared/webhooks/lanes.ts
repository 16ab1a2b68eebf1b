/** So many requests of one workspace are under way at once in this process. */
const width = 2
/** How far apart those are put off that find no room. */
const spacingMs = 500

interface Lane {
  underWay: number
  lastSlot: number
}

/** Keeps a workspace whose receivers are slow from taking all the room there is. */
export class Lanes {
  readonly #lanes = new Map<number, Lane>()

  /** Null when there is room, which has to be left again; otherwise when to come back. */
  enter(workspaceId: number, now: Date): Date | null {
    const lane = this.#lanes.get(workspaceId) ?? { underWay: 0, lastSlot: 0 }
    this.#lanes.set(workspaceId, lane)
    if (lane.underWay < width) {
      lane.underWay += 1
      return null
    }
    lane.lastSlot = Math.max(now.getTime(), lane.lastSlot) + spacingMs
    return new Date(lane.lastSlot)
  }

  leave(workspaceId: number): void {
    const lane = this.#lanes.get(workspaceId)
    if (lane === undefined) return
    lane.underWay -= 1
    if (lane.underWay === 0) this.#lanes.delete(workspaceId)
  }
}
