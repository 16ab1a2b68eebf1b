import { AttachmentBuilder, FileBuilder } from 'discord.js'
import type { ModalSubmitInteraction } from 'discord.js'
import { sentence } from './answer.ts'
import type { Answer } from './answer.ts'

/** What was filled in, by the field's custom id; undefined for a field that the form did not have. */
export interface FormFields {
  text(name: string): string | undefined
  chosen(name: string): string[] | undefined
}

/** What came with a press or a form. */
export interface Given {
  /** Null for a press. */
  form: FormFields | null
  /** What was chosen in a select menu. */
  chosen: string[]
}

/** Reads a form without trusting that it is one of ours: whoever asks for a field learns whether it came. */
export function readForm({ fields: { fields } }: ModalSubmitInteraction): FormFields {
  return {
    text(name) {
      const field = fields.get(name)
      return field !== undefined && 'value' in field && typeof field.value === 'string'
        ? field.value
        : undefined
    },
    chosen(name) {
      const field = fields.get(name)
      return field !== undefined && 'values' in field ? [...field.values] : undefined
    },
  }
}

/** A message of Discord holds 4,000 characters; the refusal itself needs some of them. */
const shownLimit = 3_500
const fileName = 'what-you-wrote.md'

/**
 * A refusal of a form, with what was written in it: Discord closes the form whatever the answer, and what somebody
 * wrote must not be lost with it.
 */
export function refusedForm(reason: string, { fields: { fields } }: ModalSubmitInteraction): Answer {
  const written = [...fields.values()]
    .flatMap((field) => ('value' in field && typeof field.value === 'string' ? [field.value] : []))
    .filter((text) => text.trim() !== '')
    .join('\n\n')
  if (written === '') return { kind: 'whisper', body: sentence(reason) }
  const intro = `${reason}\nWhat you wrote, so that it is not lost:`
  if (written.length <= shownLimit && !written.includes('```')) {
    return { kind: 'whisper', body: sentence(`${intro}\n\`\`\`\n${written}\n\`\`\``) }
  }
  return {
    kind: 'whisper',
    body: [...sentence(intro), new FileBuilder().setURL(`attachment://${fileName}`)],
    files: [new AttachmentBuilder(Buffer.from(written, 'utf8'), { name: fileName })],
  }
}
