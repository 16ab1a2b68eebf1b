import { RESTJSONErrorCodes } from 'discord-api-types/v10'

/** Discord's nested description of what was wrong with a form: `{ content: { _errors: [{ code, message }] } }`. */
export type FormErrors = { [key: string]: FormErrors | FormProblem[] }

/** Under this key Discord lists what is wrong at a place. */
const PROBLEMS = '_errors'

export interface FormProblem {
  code: string
  message: string
}

/** What Discord answers when it refuses: an HTTP status and a JSON error with Discord's own code. */
export class DiscordRefusal extends Error {
  readonly status: 400 | 401 | 403 | 404 | 405 | 413
  readonly code: number
  readonly errors: FormErrors | undefined

  constructor(status: DiscordRefusal['status'], code: number, message: string, errors?: FormErrors) {
    super(message)
    this.name = 'DiscordRefusal'
    this.status = status
    this.code = code
    this.errors = errors
  }

  toBody(): { message: string; code: number; errors?: FormErrors } {
    return this.errors === undefined
      ? { message: this.message, code: this.code }
      : { message: this.message, code: this.code, errors: this.errors }
  }
}

/** A problem at one place of a form; the path is empty when it concerns the form as a whole. */
export interface PlacedProblem extends FormProblem {
  path: (string | number)[]
}

export function invalidForm(problems: PlacedProblem[]): DiscordRefusal {
  const errors: FormErrors = {}
  for (const { path, code, message } of problems) {
    let place = errors
    for (const step of path) {
      const next = place[step]
      if (next === undefined || Array.isArray(next)) {
        const made: FormErrors = {}
        place[step] = made
        place = made
      } else {
        place = next
      }
    }
    const present = place[PROBLEMS]
    place[PROBLEMS] = [...(Array.isArray(present) ? present : []), { code, message }]
  }
  return new DiscordRefusal(400, RESTJSONErrorCodes.InvalidFormBodyOrContentType, 'Invalid Form Body', errors)
}

export const refusals = {
  unauthorized: () => new DiscordRefusal(401, 0, '401: Unauthorized'),
  noRoute: () => new DiscordRefusal(404, 0, '404: Not Found'),
  unknownApplication: () => new DiscordRefusal(404, 10002, 'Unknown Application'),
  unknownChannel: () => new DiscordRefusal(404, 10003, 'Unknown Channel'),
  unknownGuild: () => new DiscordRefusal(404, 10004, 'Unknown Guild'),
  unknownMember: () => new DiscordRefusal(404, 10007, 'Unknown Member'),
  unknownMessage: () => new DiscordRefusal(404, 10008, 'Unknown Message'),
  unknownRole: () => new DiscordRefusal(404, 10011, 'Unknown Role'),
  unknownUser: () => new DiscordRefusal(404, 10013, 'Unknown User'),
  unknownWebhook: () => new DiscordRefusal(404, 10015, 'Unknown Webhook'),
  unknownInteraction: () => new DiscordRefusal(404, 10062, 'Unknown interaction'),
  unknownCommand: () => new DiscordRefusal(404, 10063, 'Unknown application command'),
  tooManyCommands: (most: number) =>
    new DiscordRefusal(400, 30032, `Maximum number of application commands reached (${most})`),
  tooLarge: () => new DiscordRefusal(413, 40005, 'Request entity too large'),
  alreadyAcknowledged: () => new DiscordRefusal(400, 40060, 'Interaction has already been acknowledged.'),
  missingAccess: () => new DiscordRefusal(403, 50001, 'Missing Access'),
  cannotEditOthers: () => new DiscordRefusal(403, 50005, 'Cannot edit a message authored by another user'),
  emptyMessage: () => new DiscordRefusal(400, 50006, 'Cannot send an empty message'),
  cannotMessageUser: () => new DiscordRefusal(403, 50007, 'Cannot send messages to this user'),
  missingPermissions: () => new DiscordRefusal(403, 50013, 'Missing Permissions'),
  invalidWebhookToken: () => new DiscordRefusal(401, 50027, 'Invalid Webhook Token'),
  invalidApiVersion: () => new DiscordRefusal(400, 50041, 'Invalid API version'),
  invalidJson: () => new DiscordRefusal(400, 50109, 'The request body contains invalid JSON.'),
} as const
