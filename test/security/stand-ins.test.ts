import { expect, test } from 'vitest'
import { discordWorld } from '#test/local/discord-world.ts'

test('what stands in an address never becomes part of a header of the local Discord', async () => {
  const { url } = await discordWorld()

  for (const part of ['%00', '%0d%0aSet-Cookie:%20a=b', '%e2%80%ae', '%F0%9F%98%80']) {
    const answer = await fetch(`${url}/api/v10/users/${part}`)
    expect(answer.status, part).toBe(401)
    expect(answer.headers.get('x-ratelimit-bucket')).toMatch(/^[\w-]+$/)
  }
})
