import { Dialog } from 'radix-ui'
import { useMemo, useRef, useState } from 'react'
import type { SyntheticEvent } from 'react'
import { Avatar } from './avatar.tsx'
import { useDirectory } from './directory.tsx'
import { Icon } from './icons.tsx'
import { useInteractions } from './interactions.tsx'
import type { OpenModal } from './interactions.tsx'
import { Markdown } from './messages/markdown.tsx'
import { FieldInput } from './modal-field.tsx'
import { initialValues, modalParts, problemWith, submittedValues } from './modal-form.ts'
import type { FieldValue } from './modal-form.ts'

/** The form the bot has opened, if it has. */
export function ModalHost() {
  const { modal, closeModal } = useInteractions()
  return (
    <Dialog.Root
      open={modal !== null}
      onOpenChange={(open) => {
        if (!open) closeModal()
      }}
    >
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        {modal ? <ModalForm key={modal.interactionId} open={modal} /> : null}
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function ModalForm({ open }: { open: OpenModal }) {
  const { submit, closeModal } = useInteractions()
  const { bot } = useDirectory()
  const parts = useMemo(() => modalParts(open.modal), [open.modal])
  const [values, setValues] = useState(() => initialValues(parts))
  const [problems, setProblems] = useState<Record<string, string | null>>({})
  const [failure, setFailure] = useState<string | null>(null)
  const [isSubmitting, setSubmitting] = useState(false)
  const form = useRef<HTMLFormElement>(null)

  const change = (id: string, value: FieldValue): void => {
    setValues((before) => ({ ...before, [id]: value }))
    setProblems((before) => ({ ...before, [id]: null }))
  }

  const send = async (): Promise<void> => {
    const found = parts.flatMap((part) => {
      if (part.kind !== 'field') return []
      const id = part.component.custom_id
      return [[id, problemWith(part.component, values[id])] as const]
    })
    setProblems(Object.fromEntries(found))
    const first = found.find(([, problem]) => problem !== null)
    if (first) {
      form.current
        ?.querySelector<HTMLElement>(`[data-field="${CSS.escape(first[0])}"] :is(input, textarea, button)`)
        ?.focus()
      return
    }
    setSubmitting(true)
    setFailure(await submit(submittedValues(parts, values)))
    setSubmitting(false)
  }

  return (
    <Dialog.Content
      className="modal"
      aria-describedby={undefined}
      // The composer takes the focus again: what opened the form is gone by now.
      onCloseAutoFocus={(event) => event.preventDefault()}
    >
      <header className="modal__header">
        <Avatar name={bot?.globalName ?? 'App'} url={bot?.avatarUrl} size={24} />
        <Dialog.Title className="modal__title">{open.modal.title}</Dialog.Title>
        <Dialog.Close className="icon-button" aria-label="Close">
          <Icon name="close" />
        </Dialog.Close>
      </header>
      <form
        ref={form}
        className="modal__form"
        noValidate
        onSubmit={(event: SyntheticEvent) => {
          event.preventDefault()
          void send()
        }}
      >
        <div className="modal__body">
          <p className="modal__warning">
            This form will be submitted to <strong>{bot?.globalName ?? 'the application'}</strong>. Do not
            share passwords or other sensitive information.
          </p>
          {parts.map((part, index) => {
            if (part.kind === 'text') {
              // oxlint-disable-next-line react/no-array-index-key -- words have no identity, and a modal never changes.
              return <Markdown key={index} text={part.content} />
            }
            const id = part.component.custom_id
            return (
              <FieldInput
                key={id}
                field={part}
                value={values[id] ?? ''}
                problem={problems[id] ?? null}
                onChange={(value) => change(id, value)}
              />
            )
          })}
        </div>
        <footer className="modal__footer">
          {failure === null ? null : (
            <p className="modal__failure" role="alert">
              {failure}
            </p>
          )}
          <button type="button" className="button button--quiet" onClick={closeModal}>
            Cancel
          </button>
          <button
            type="submit"
            className="button button--primary"
            data-busy={isSubmitting}
            disabled={isSubmitting}
          >
            <span className="button__face">Submit</span>
          </button>
        </footer>
      </form>
    </Dialog.Content>
  )
}
