/** The first moment a snowflake can name: 1 January 2015, in milliseconds since 1970. */
const EPOCH_MS = 1_420_070_400_000n

export type Snowflakes = () => string

/**
 * Makes Discord's ids: ascending within a process even when the clock stands still or goes back, because
 * clients sort messages by id. With `newest` all are younger than that one. Source: Discord's reference, "Snowflakes".
 */
export function createSnowflakes(now: () => number, newest = '0'): Snowflakes {
  let lastMs = (BigInt(newest) >> 22n) + EPOCH_MS
  let increment = 0xfffn
  return () => {
    const ms = BigInt(Math.trunc(now()))
    if (ms > lastMs) {
      lastMs = ms
      increment = 0n
    } else if (increment === 0xfffn) {
      lastMs += 1n
      increment = 0n
    } else {
      increment += 1n
    }
    return (((lastMs - EPOCH_MS) << 22n) | increment).toString()
  }
}

export function isSnowflake(text: string): boolean {
  return /^\d{17,20}$/.test(text)
}

/** Which shard of `count` a guild belongs to; direct messages belong to shard 0. */
export function shardOf(guildId: string | null, count: number): number {
  return guildId === null ? 0 : Number((BigInt(guildId) >> 22n) % BigInt(count))
}
