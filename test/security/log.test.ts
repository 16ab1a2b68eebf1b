import { DiscordAPIError } from 'discord.js'
import { pino } from 'pino'
import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { describeError } from '../../src/log.ts'

/** What the log holds after an error was logged. */
function logged(error: Error): string {
  let text = ''
  const log = pino(
    { serializers: { err: describeError } },
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        text += chunk.toString('utf8')
        done()
      },
    }),
  )
  log.error({ err: error }, 'Failed')
  return text
}

const token = 'aW50ZXJhY3Rpb246MTIz'
const refusal = () =>
  new DiscordAPIError(
    { code: 10062, message: 'Unknown interaction' },
    10062,
    404,
    'POST',
    `https://discord.com/api/v10/interactions/123/${token}/callback`,
    { files: undefined, body: { content: 'What somebody wrote' } },
  )

test('what Discord refused is logged without the words in it and the token in its address', () => {
  for (const error of [
    refusal(),
    new Error('Outer', { cause: refusal() }),
    new AggregateError([refusal()], 'Two failed'),
  ]) {
    const line = logged(error)
    expect(line).toContain('Unknown interaction')
    expect(line).not.toContain(token)
    expect(line).not.toContain('What somebody wrote')
  }
})

test('an error keeps its kind, its code and where it came from', () => {
  const error = Object.assign(new TypeError('Broken'), { code: 'E1' })

  expect(JSON.parse(logged(error))).toMatchObject({
    err: { type: 'TypeError', message: 'Broken', code: 'E1', stack: expect.stringContaining('log.test.ts') },
  })
})
