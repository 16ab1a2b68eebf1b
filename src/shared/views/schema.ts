import { z } from 'zod'
import { User } from '../identity/schema.ts'
import { QueryText } from '../issues/schema.ts'

const ViewName = z
  .string()
  .overwrite((name) => name.replaceAll(/\s+/gu, ' ').trim())
  .min(1, 'A view has a name.')
  .max(60, 'A view has a name of at most 60 characters.')
  .refine((name) => /^\P{C}*$/u.test(name), 'A name is one line of letters and signs.')
  .meta({ example: 'Untriaged bugs' })

export const ViewLayout = z.enum(['list', 'board'])
export type ViewLayout = z.infer<typeof ViewLayout>

export const ViewGrouping = z.enum(['status', 'priority', 'assignee', 'label'])
export type ViewGrouping = z.infer<typeof ViewGrouping>

/** How the issues of a view are shown. Their order is part of the query, as `sort:`. */
const display = {
  layout: ViewLayout,
  groupBy: ViewGrouping.nullable(),
}

export const SavedView = z
  .object({
    id: z.uuid(),
    name: z.string(),
    query: z.string(),
    shared: z.boolean().meta({ description: 'Whether everybody here sees it, or its owner alone.' }),
    ...display,
    owner: User,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'SavedView' })
export type SavedView = z.infer<typeof SavedView>

export const SavedViews = z.object({ data: z.array(SavedView) }).meta({ id: 'SavedViews' })

export const CreateView = z.strictObject({
  name: ViewName,
  query: QueryText,
  shared: z.boolean().default(false),
  layout: ViewLayout.default('list'),
  groupBy: display.groupBy.default(null),
})

export const OfView = z.strictObject({ viewId: z.uuid() })

export const ChangeView = OfView.extend({
  name: ViewName.optional(),
  query: QueryText.optional(),
  shared: z.boolean().optional(),
  layout: ViewLayout.optional(),
  groupBy: display.groupBy.optional(),
})
