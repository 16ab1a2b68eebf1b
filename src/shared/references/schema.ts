import { z } from 'zod'
import { Issue } from '../issues/schema.ts'

/** An issue as far as a link to it shows it. */
export const IssueLink = Issue.pick({ number: true, reference: true, title: true, status: true }).meta({
  id: 'IssueLink',
})
export type IssueLink = z.infer<typeof IssueLink>

/** So many links are shown of a kind. */
export const linksShown = 500

const newest = `The newest ${linksShown}, the newest first.`

/** How an issue and others belong together. Texts are given as they were written: these are what links in them lead to. */
export const References = z
  .object({
    references: z.array(IssueLink).meta({
      description: `Named in its description or in a comment on it, as in \`#12\` or \`SNAG-12\`. ${newest}`,
    }),
    referencedBy: z.array(IssueLink).meta({ description: `Those that name it. ${newest}` }),
    duplicateOf: IssueLink.nullable().meta({ description: 'The original that it repeats.' }),
    duplicates: z.array(IssueLink).meta({ description: `Those that repeat it. ${newest}` }),
  })
  .meta({ id: 'References' })
export type References = z.infer<typeof References>
