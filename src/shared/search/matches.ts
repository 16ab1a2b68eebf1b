/** A segment of the index holds 2,048 issues, a region 16 segments; see the migrations. */
const segmentBits = 11
const regionBits = 15
const regionSegments = 2 ** (regionBits - segmentBits)
/** Where fewer issues than this match in as many segments as a region has, the others are looked through region by region. */
const sparse = 500

/** Which matches are looked for. */
export interface Looking {
  direction: 'asc' | 'desc'
  /** A number that does not belong to them; null to begin with the first. */
  start: string | null
}

/**
 * `found`: the newest (or oldest) rows `s` of `issue_search` that fulfil `wide` of `asked`, and of them these columns. Segment
 * by segment, so that of a common word only as many are looked at as are wanted; where the first ones hold few matches,
 * region by region, so that of a rare one not every segment is looked for.
 */
export function matchesSql(found: string, columns: string, looking: Looking, limit: number): string {
  const { direction, start } = looking
  const isDown = direction === 'desc'
  const newest = '(select w.last_issue_number from workspaces w where w.id = access.workspace_id)'
  const first = isDown ? `least(${newest}, ${start ?? newest})` : (start ?? '0')
  const end = isDown ? '0' : newest
  const step = isDown ? -1 : 1
  // The last number of the first segments: below 0, or beyond the newest, where there are fewer of them.
  const edge = isDown
    ? `((${first} >> ${segmentBits}) - ${regionSegments - 1} << ${segmentBits})`
    : `((${first} >> ${segmentBits}) + ${regionSegments} << ${segmentBits}) - 1`

  /** The matches in each part of so many bits from one number to another, as long as the condition is fulfilled. */
  const inEach = (bits: number, [from, to]: [string, string], condition: string) => `(
    select match.* from access
    cross join generate_series((${from}) >> ${bits}, (${to}) >> ${bits}, ${step}) part
    cross join lateral (
      select ${columns} from issue_search s
      where (s.workspace_id::bigint << 32 | (s.number >> ${bits})) = (access.workspace_id::bigint << 32 | part)
        and s.vector @@ (select wide from asked) and ${condition}
      order by s.number ${direction} limit ${limit}) match
    limit ${limit})`

  const near: [string, string] = [first, isDown ? `greatest(0, ${edge})` : `least(${newest}, ${edge})`]
  const far: [string, string] = [`${edge} + ${step}`, end]
  const isFar = beyond('s.number', { direction, start: edge })
  const isSparse = `(select count(*) from ${found}Near) < ${sparse}`
  // PostgreSQL goes through the parts of a UNION ALL in their order, so that the limit leaves out the farthest.
  return `${found}Near as materialized ${inEach(segmentBits, near, beyond('s.number', looking))},
    ${found} as materialized (
      select * from ${found}Near
      union all ${inEach(regionBits, far, `${isSparse} and ${isFar}`)}
      union all ${inEach(segmentBits, far, `not ${isSparse} and ${isFar}`)}
      limit ${limit})`
}

/** The condition that a number has not been passed yet. */
export function beyond(number: string, { direction, start }: Looking): string {
  return start === null ? 'true' : `${number} ${direction === 'desc' ? '<' : '>'} (${start})`
}
