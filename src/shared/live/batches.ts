import type { Database } from '../db/database.ts'
import { changesAccess, covers, readersOf } from '../events/audience.ts'
import type { Audience } from '../events/audience.ts'
import { eventJson, isHidden, isTold, withSubjects } from '../events/rows.ts'
import { EventType } from '../events/schema.ts'

/** An event as it goes to readers: `json` is a `WorkspaceEvent`. */
export interface LiveEvent {
  position: number
  audience: Audience
  json: string
}

/** Events of one workspace in their order, held once for everybody in this process who reads them. */
export class Batch {
  readonly events: readonly LiveEvent[]
  /** Whether somebody's access may have changed by one of them. */
  readonly changesAccess: boolean
  /** Roughly what a reader has to take. */
  readonly bytes: number
  readonly #shown = new Map<Audience, readonly LiveEvent[]>()

  constructor(events: readonly LiveEvent[], changesAccess: boolean) {
    this.events = events
    this.changesAccess = changesAccess
    this.bytes = events.reduce((sum, { json }) => sum + Buffer.byteLength(json), 0)
  }

  /** What of it an audience reads; the same array for everybody in it, so that it need be written only once. */
  for(audience: Audience): readonly LiveEvent[] {
    const known = this.#shown.get(audience)
    if (known !== undefined) return known
    const shown = this.events.filter((event) => covers(audience, event.audience))
    this.#shown.set(audience, shown)
    return shown
  }

  /** What of it comes after a position. */
  after(position: number): Batch {
    const first = this.events[0]
    if (first === undefined || first.position > position) return this
    return new Batch(
      this.events.filter((event) => event.position > position),
      this.changesAccess,
    )
  }
}

type Row = [workspaceId: number, position: string, type: string, hidden: boolean, json: string]

const columns = `e.workspace_id, e.position, e.type, ${isHidden}, ${eventJson}::text`
const inOrder = `e.position > $2::bigint and e.position <= $3::bigint and ${isTold} order by e.position`

/** The events of several workspaces within a short range of positions, by workspace. */
export async function readBatches(
  { reads }: Database,
  workspaceIds: readonly number[],
  range: { after: number; upTo: number },
): Promise<Map<number, Batch>> {
  const { rows } = await reads.query<Row>({
    name: 'live-batches',
    text: `select ${columns} from events e ${withSubjects} where e.workspace_id = any($1::int[]) and ${inOrder}`,
    values: [workspaceIds, range.after, range.upTo],
    rowMode: 'array',
  })
  return new Map(
    [...Map.groupBy(rows, ([workspaceId]) => workspaceId)].map(([id, ofOne]) => [id, batchOf(ofOne)]),
  )
}

/** At most `limit` events of one workspace, and the position up to which they are all there are. */
export async function readOn(
  { reads }: Database,
  workspaceId: number,
  { after, upTo, limit }: { after: number; upTo: number; limit: number },
): Promise<{ batch: Batch; upTo: number }> {
  const { rows } = await reads.query<Row>({
    name: 'live-on',
    text: `select ${columns} from events e ${withSubjects} where e.workspace_id = $1 and ${inOrder} limit $4`,
    values: [workspaceId, after, upTo, limit],
    rowMode: 'array',
  })
  const last = rows.at(-1)
  const reached = rows.length < limit || last === undefined ? upTo : Number(last[1])
  return { batch: batchOf(rows), upTo: reached }
}

function batchOf(rows: readonly Row[]): Batch {
  let touched = false
  const events = rows.flatMap(([, position, name, hidden, json]): LiveEvent[] => {
    const { data: type } = EventType.safeParse(name)
    // Another process may be of a newer version, and know of more that can happen.
    if (type === undefined) return []
    const readBy = readersOf(type)
    touched ||= changesAccess(type)
    const audience = hidden && !covers(readBy, 'issue.read-hidden') ? 'issue.read-hidden' : readBy
    return [{ position: Number(position), audience, json }]
  })
  return new Batch(events, touched)
}
