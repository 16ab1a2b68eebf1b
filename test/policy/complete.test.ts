import { expect, test } from 'vitest'
import { z } from 'zod'
import { actions } from '#shared/policy.ts'
import { world } from '#test/world.ts'
import { cases } from './cases.ts'
import { operationOf } from './deeds.ts'

/** What nobody is refused for what they are: the one is told in Discord only, to everybody there; the other is anybody's own. */
const forEverybody = ['guild.read', 'account.read']

const Described = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.object({ operationId: z.string() }))),
})

test('every action of the policy has a row in the table', () => {
  const tried = new Set(cases.flatMap(({ needs }) => needs))

  expect(actions.filter((action) => !tried.has(action))).toEqual([])
})

test('every action is tried by somebody who may, and by somebody who may not but of what everybody may', () => {
  const outcomes = (expected: (outcome: string) => boolean) =>
    new Set(cases.filter((one) => expected(one.expected)).flatMap(({ needs }) => needs))
  const [allowed, refused] = [outcomes((one) => one === 'allowed'), outcomes((one) => one !== 'allowed')]

  expect(actions.filter((action) => !allowed.has(action))).toEqual([])
  expect(actions.filter((action) => !refused.has(action))).toEqual(forEverybody)
})

test('every route that writes has a row in the table', async () => {
  const { anonymous } = await world()
  const { paths } = Described.parse((await anonymous.get('/api/openapi.json')).body)
  const writing = Object.values(paths)
    .flatMap((methods) => Object.entries(methods))
    .filter(([method]) => method !== 'get')
    .map(([, { operationId }]) => operationId)
  const tried = new Set<string>(cases.map(({ deed }) => operationOf[deed.do]))

  expect(writing.length).toBeGreaterThan(40)
  expect(writing.filter((name) => !tried.has(name))).toEqual([])
})
