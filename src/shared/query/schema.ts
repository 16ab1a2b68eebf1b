import { z } from 'zod'
import { QueryText } from '../issues/schema.ts'
import { numberInAddress } from '../pages/schema.ts'

const place = z.int().min(0)

/** What could stand at the caret: `text` replaces what is there from `start` up to `end`. */
export const QuerySuggestion = z
  .object({
    start: place.meta({ description: 'In UTF-16 units, as JavaScript counts.' }),
    end: place,
    text: z.string(),
    hint: z
      .string()
      .meta({ description: 'For a person to read beside it; empty where the text says it all.' }),
  })
  .meta({ id: 'QuerySuggestion' })
export type QuerySuggestion = z.infer<typeof QuerySuggestion>

export const QuerySuggestions = z.object({ data: z.array(QuerySuggestion) }).meta({ id: 'QuerySuggestions' })

const caretMessage = 'The caret is a number of UTF-16 units, 0 or more.'

export const SuggestQuery = z.strictObject({
  q: QueryText.default(''),
  caret: numberInAddress(z.coerce.number(caretMessage).int(caretMessage).min(0, caretMessage))
    .optional()
    .meta({ description: 'Where one is typing, in UTF-16 units; at the end when absent.' }),
})
export type SuggestQuery = z.infer<typeof SuggestQuery>
