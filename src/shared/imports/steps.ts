import sql from 'sql-template-tag'
import { addComments } from './comments.ts'
import { addIssues } from './issues.ts'
import { addLabels } from './labels.ts'
import { addTemplates, addViews } from './furniture.ts'
import { giveNumbers, reserveNumbers } from './numbers.ts'
import { settlePeople } from './people.ts'
import { addMentions, addReferences, addSubscriptions, addVotes, setOriginals } from './ties.ts'
import { ofImport } from './work.ts'
import type { Batch, Progress } from './work.ts'

const clearedAtOnce = 10_000

/**
 * What is done with the records of an import, in this order: each step goes through those of one kind, batch by batch, and
 * finds what it needs already there.
 */
const steps = {
  statistics: gatherStatistics,
  people: settlePeople,
  labels: addLabels,
  templates: addTemplates,
  views: addViews,
  reserve: reserveNumbers,
  numbers: giveNumbers,
  issues: addIssues,
  comments: addComments,
  votes: addVotes,
  subscriptions: addSubscriptions,
  mentions: addMentions,
  references: addReferences,
  originals: setOriginals,
  clearing: clearRecords,
} as const satisfies Record<string, (batch: Batch) => Promise<Progress>>

type Step = keyof typeof steps

const order = Object.keys(steps) as Step[] // a Record's keys are its key type

export const firstStep: Step = 'statistics'

/** Does the next batch of a step. */
export function doStep(batch: Batch): Promise<Progress> {
  return steps[stepOf(batch.work.step)](batch)
}

/** The step after this one; null after the last. */
export function stepAfter(name: string): string | null {
  return order[order.indexOf(stepOf(name)) + 1] ?? null
}

function stepOf(name: string): Step {
  const step = order.find((step) => step === name)
  if (step === undefined) throw new Error(`An import is at the step “${name}”, which there is not.`)
  return step
}

/**
 * Tells PostgreSQL how much has just been put there. Before it does so by itself, it takes the table for one with a few
 * rows, and goes through all of them for each.
 */
async function gatherStatistics({ tx }: Batch): Promise<Progress> {
  tx.send(sql`analyze import_records`)
  return { after: null }
}

/** Removes what waited in the database. */
async function clearRecords({ tx, work }: Batch): Promise<Progress> {
  const cleared = await tx.query(sql`
    delete from import_records where ctid in (
      select ctid from import_records where ${ofImport(work)} limit ${clearedAtOnce}) returning 1`)
  return { after: cleared.length < clearedAtOnce ? null : { rank: '0', ordinal: 0 } }
}
