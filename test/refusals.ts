import { expect } from 'vitest'
import { statusOf } from '#api/problem.ts'
import type { ErrorCode } from '#shared/errors.ts'
import type { Answer } from '#test/api-client.ts'
import { stateOf } from './state.ts'
import { world } from './world.ts'
import type { Person, World } from './world.ts'

export interface Scene extends World {
  robin: Person
}

/** A world with one issue, by Robin, who is an admin. */
export async function sceneWithIssue(): Promise<Scene> {
  const here = await world()
  const robin = await here.personWith('admin', 'Robin')
  await robin.api.post('/api/v1/workspaces/home/issues', { title: 'Login loops on Safari', labels: ['bug'] })
  return { ...here, robin }
}

export type Attempts = Record<string, () => Promise<Answer>>

/** Tries each; all must be refused with the code, say so in words that name no internals, and change nothing. */
export async function expectRefused({ db }: World, code: ErrorCode, attempts: Attempts): Promise<void> {
  const before = await stateOf(db)
  for (const [name, attempt] of Object.entries(attempts)) {
    const { status, body } = await attempt()
    expect({ status, body }, name).toMatchObject({ status: statusOf[code], body: { code } })
    const { detail } = body as { detail: string } // the client has checked that it is a Problem
    expect(detail, name).toMatch(/^\S+ .+/)
    expect(detail, name).not.toMatch(/prisma|postgres|select |undefined|NaN|\[object|at \w+ \(/i)
  }
  expect(await stateOf(db)).toEqual(before)
}
