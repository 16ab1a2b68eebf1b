import { useQueryClient } from '@tanstack/react-query'
import type { APIModalInteractionResponseCallbackData } from 'discord-api-types/v10'
import { createContext, use, useCallback, useMemo, useState } from 'react'
import type { ReactNode } from 'react'
import type { ClientAccount, ClientAnswer, ClientInteraction } from '#local/discord/client-api.ts'
import { ClientFailure } from './api.ts'
import type { Client } from './api.ts'
import { withMessage } from './messages/message-pages.ts'
import type { MessagePages } from './messages/message-pages.ts'

const NO_ANSWER = 'The application did not respond'

/** A command that was sent and is not answered yet, or never will be. Only this page knows of it. */
export interface SentCommand {
  key: string
  channelId: string
  name: string
  sentAt: Date
  failure: string | null
}

export interface OpenModal {
  interactionId: string
  channelId: string
  modal: APIModalInteractionResponseCallbackData
}

type Command = Extract<ClientInteraction, { type: 'command' }>
type Press = Extract<ClientInteraction, { type: 'component' }>

export interface Interactions {
  client: Client
  account: ClientAccount
  sent: SentCommand[]
  modal: OpenModal | null
  /** The component that waits for an answer, and what came of the last press, by message. */
  pressed: string | null
  failures: ReadonlyMap<string, string>
  run: (command: Command) => Promise<void>
  /** Does nothing while another press waits for its answer. */
  press: (press: Press) => Promise<void>
  /** Answers with what went wrong, or null when the modal is done. */
  submit: (fields: Record<string, string | string[]>) => Promise<string | null>
  closeModal: () => void
  dismissSent: (key: string) => void
}

const InteractionsContext = createContext<Interactions | null>(null)

export function useInteractions(): Interactions {
  const interactions = use(InteractionsContext)
  if (!interactions) throw new Error('useInteractions needs an InteractionsProvider around it')
  return interactions
}

interface ProviderProps {
  client: Client
  account: ClientAccount
  children: ReactNode
}

/** Everything the account asks of the bot goes through here, and so does everything the bot answers. */
export function InteractionsProvider({ client, account, children }: ProviderProps) {
  const queries = useQueryClient()
  const [sent, setSent] = useState<SentCommand[]>([])
  const [modal, setModal] = useState<OpenModal | null>(null)
  const [pressed, setPressed] = useState<string | null>(null)
  const [failures, setFailures] = useState<ReadonlyMap<string, string>>(new Map<string, string>())

  /** Takes an answer in. Returns what went wrong, in words, or null. */
  const take = useCallback(
    async (interaction: ClientInteraction, channelId: string): Promise<string | null> => {
      let answer: ClientAnswer
      try {
        answer = await client.interact(interaction)
      } catch (error) {
        if (error instanceof ClientFailure) return error.message
        throw error
      }
      if (answer.kind === 'failed') return NO_ANSWER
      if (answer.kind === 'modal') {
        setModal({ interactionId: answer.interactionId, channelId, modal: answer.modal })
      } else if ((answer.kind === 'message' || answer.kind === 'updated') && answer.message) {
        const { message } = answer
        const key = [account.id, 'messages', message.channel_id]
        queries.setQueryData<MessagePages>(key, (pages) => withMessage(pages, message))
      }
      return null
    },
    [account.id, client, queries],
  )

  const run = useCallback(
    async (command: Command) => {
      const key = crypto.randomUUID()
      const { channelId, name } = command
      setSent((before) => [...before, { key, channelId, name, sentAt: new Date(), failure: null }])
      const failure = await take(command, channelId)
      setSent((before) =>
        failure === null
          ? before.filter((other) => other.key !== key)
          : before.map((other) => (other.key === key ? { ...other, failure } : other)),
      )
    },
    [take],
  )

  const press = useCallback(
    async (component: Press) => {
      if (pressed !== null) return
      const { messageId, channelId, customId } = component
      setPressed(`${messageId} ${customId}`)
      setFailures((before) => without(before, messageId))
      const failure = await take(component, channelId)
      setPressed(null)
      if (failure === null) return
      const words = failure === NO_ANSWER ? 'This interaction failed' : failure
      setFailures((before) => new Map(before).set(messageId, words))
    },
    [pressed, take],
  )

  const submit = useCallback(
    async (fields: Record<string, string | string[]>) => {
      if (!modal) return null
      const { interactionId, channelId, modal: shown } = modal
      const failure = await take(
        { type: 'modal', interactionId, customId: shown.custom_id, fields },
        channelId,
      )
      if (failure !== null) return failure === NO_ANSWER ? 'Something went wrong. Try again.' : failure
      // A modal may be answered with another one, which must stay.
      setModal((current) => (current?.interactionId === interactionId ? null : current))
      return null
    },
    [modal, take],
  )

  const closeModal = useCallback(() => setModal(null), [])
  const dismissSent = useCallback(
    (key: string) => setSent((before) => before.filter((other) => other.key !== key)),
    [],
  )

  const value = useMemo(
    () => ({ client, account, sent, modal, pressed, failures, run, press, submit, closeModal, dismissSent }),
    [client, account, sent, modal, pressed, failures, run, press, submit, closeModal, dismissSent],
  )
  return <InteractionsContext value={value}>{children}</InteractionsContext>
}

function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  return new Map([...map].filter(([other]) => other !== key))
}
