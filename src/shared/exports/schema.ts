import { z } from 'zod'

export const ExportWorkspace = z.strictObject({
  format: z.enum(['jsonl', 'csv']).default('jsonl').meta({
    description: '`jsonl`: everything, to be imported again. `csv`: the issues, for a spreadsheet.',
  }),
})
export type ExportWorkspace = z.infer<typeof ExportWorkspace>
