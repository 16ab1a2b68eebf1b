import { z } from 'zod'
import { IssueNumber } from '../issues/schema.ts'

/** Whether somebody is told of what happens to an issue. Whoever muted it is not subscribed again by commenting. */
export const SubscriptionState = z.enum(['following', 'muted'])
export type SubscriptionState = z.infer<typeof SubscriptionState>

/** How the caller stands to an issue. */
export const Viewer = z
  .object({
    voted: z.boolean(),
    votes: z.int().min(0).meta({ description: 'How many said “me too”, the caller included.' }),
    subscription: SubscriptionState.nullable().meta({
      description: 'Null for somebody who neither follows it nor muted it.',
    }),
  })
  .meta({ id: 'Viewer' })
export type Viewer = z.infer<typeof Viewer>

export const OneIssue = z.strictObject({ number: IssueNumber })

export const SetSubscription = OneIssue.extend({ state: SubscriptionState })
