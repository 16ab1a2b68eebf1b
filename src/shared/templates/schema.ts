import { z } from 'zod'
import { LabelName } from '../labels/schema.ts'

/** As many as one of Discord's selects can offer. */
export const templatesPerWorkspace = 25
/** A form in Discord holds five components: the title of the issue, and four questions. */
export const fieldsPerTemplate = 4
/** What a text input in Discord holds. */
const answerLimit = 4_000

function line(what: string, max: number) {
  return z
    .string()
    .trim()
    .min(1, `${what} has at least 1 character.`)
    .max(max, `${what} has at most ${max} characters.`)
    .refine((text) => text.isWellFormed() && /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u.test(text), `${what} is one line.`)
}

/** The title of a form in Discord. */
const TemplateName = line('The name of a template', 45).meta({ example: 'Bug report' })

const Hint = line('A hint', 100).meta({ description: 'Shown where nothing has been written yet.' })

/** What an answer is called; not the label, so that a question can be put in better words. */
export const FieldId = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,39}$/,
    'Use up to 40 lower-case letters, digits and hyphens, beginning with a letter.',
  )
  .meta({ description: 'What its answer is sent as.', example: 'steps' })

const common = {
  id: FieldId,
  label: line('A question', 45).meta({ example: 'Steps to reproduce' }),
  required: z.boolean().default(false),
}

const TextField = z.strictObject({
  ...common,
  kind: z.enum(['short', 'paragraph']).meta({ description: '`short` is one line.' }),
  placeholder: Hint.nullable().default(null),
  maxLength: z
    .int()
    .min(1, 'An answer has at least 1 character.')
    .max(answerLimit, `An answer has at most ${answerLimit.toLocaleString('en')} characters.`)
    .default(answerLimit),
})

const ChoiceField = z.strictObject({
  ...common,
  kind: z.literal('choice'),
  options: z
    .array(line('An option', 100))
    .min(2, 'A choice has at least 2 options.')
    .max(25, 'A choice has at most 25 options.')
    .refine((options) => new Set(options).size === options.length, 'Each option can be there once.'),
})

/** A question of a template. */
export const TemplateField = z.discriminatedUnion('kind', [TextField, ChoiceField])
export type TemplateField = z.infer<typeof TemplateField>

const Fields = z
  .array(TemplateField)
  .max(
    fieldsPerTemplate,
    `A template has at most ${fieldsPerTemplate} questions beside the title: a form in Discord holds five.`,
  )
  .refine(
    (fields) => new Set(fields.map(({ id }) => id)).size === fields.length,
    'Each question needs an id of its own.',
  )
  .meta({ description: 'What is asked beside the title; a form in Discord has room for four.' })

const shape = {
  name: TemplateName,
  description: line('The description of a template', 100).nullable(),
  titlePlaceholder: Hint.nullable(),
  labels: z
    .array(LabelName)
    .max(10, 'A template gives at most 10 labels.')
    .overwrite((names) => [...new Set(names)].sort())
    .meta({ description: 'What an issue filed with it is labelled.' }),
  priority: z
    .enum(['none', 'low', 'medium', 'high', 'urgent'])
    .meta({ description: 'What an issue filed with it has.' }),
  fields: Fields,
}

/** A workspace's questions for one kind of issue. */
export const Template = z
  .object({ id: z.uuid(), ...shape, name: z.string(), labels: z.array(z.string()) })
  .meta({ id: 'Template' })
export type Template = z.infer<typeof Template>

export const Templates = z.object({ data: z.array(Template) }).meta({ id: 'Templates' })

export const CreateTemplate = z.strictObject({
  ...shape,
  description: shape.description.default(null),
  titlePlaceholder: shape.titlePlaceholder.default(null),
  labels: shape.labels.default([]),
  priority: shape.priority.default('none'),
  fields: shape.fields.default([]),
})
export type CreateTemplate = z.output<typeof CreateTemplate>

export const TemplateId = z.uuid('A template is named by its id.')

export const ChangeTemplate = z.strictObject(shape).partial().extend({ id: TemplateId })
export type TemplateChange = Omit<z.output<typeof ChangeTemplate>, 'id'>

export const OrderTemplates = z.strictObject({
  ids: z
    .array(TemplateId)
    .max(templatesPerWorkspace, `A workspace has at most ${templatesPerWorkspace} templates.`)
    .meta({ description: 'Every template of the workspace, in the order they are offered.' }),
})

/** What somebody wrote into the form of a template, by the ids of its questions. */
export const Answers = z
  .record(
    z.string(),
    z
      .string()
      .max(answerLimit, `An answer has at most ${answerLimit.toLocaleString('en')} characters.`)
      .refine(
        (text) => text.isWellFormed() && !text.includes('\0'),
        'The text contains characters that cannot be stored (NUL, or half of an emoji).',
      ),
  )
  .meta({
    description: 'What was answered, by the ids of the questions; the description is made of it.',
    example: { steps: 'Sign in, then go back.' },
  })
export type Answers = z.infer<typeof Answers>

type FirstTemplate = Omit<CreateTemplate, 'description'> & { description: string }

const question = (
  id: string,
  label: string,
  kind: 'short' | 'paragraph',
  required: boolean,
  placeholder: string,
) => ({
  id,
  label,
  kind,
  required,
  placeholder,
  maxLength: kind === 'short' ? 200 : answerLimit,
})

/** What a new workspace begins with. Their labels are among its first ones. */
export const firstTemplates: readonly FirstTemplate[] = [
  {
    name: 'Bug report',
    description: 'Something does not work as it should.',
    titlePlaceholder: 'Login loops on Safari',
    labels: ['bug'],
    priority: 'none',
    fields: [
      question(
        'what-happened',
        'What happened?',
        'paragraph',
        true,
        'What you saw, and any message it showed.',
      ),
      question('steps', 'How can we see it, too?', 'paragraph', false, 'Step by step, from the beginning.'),
      question('expected', 'What did you expect?', 'paragraph', false, 'What should have happened instead.'),
      question('where', 'Where?', 'short', false, 'Version, browser, device.'),
    ],
  },
  {
    name: 'Idea',
    description: 'Something that could be there, or be better.',
    titlePlaceholder: 'Dark mode',
    labels: ['feature'],
    priority: 'none',
    fields: [
      question(
        'problem',
        'What would it be good for?',
        'paragraph',
        true,
        'What you want to do, and cannot do now.',
      ),
      question('proposal', 'How could it work?', 'paragraph', false, 'What you would see and do.'),
      question('instead', 'What do you do instead today?', 'paragraph', false, 'Other ways, other tools.'),
    ],
  },
]
