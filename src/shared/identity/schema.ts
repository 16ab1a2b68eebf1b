import { z } from 'zod'

/** A person as others see one: a name and a picture, never an e-mail address. */
export const User = z
  .object({
    id: z.uuid(),
    name: z.string(),
    imageUrl: z.string().nullable(),
    account: z.string().meta({
      description: 'The account behind it: a Clerk user id, or `discord:<id>` for a guest.',
      example: 'user_2fXq0v8Rk3',
    }),
    guest: z.boolean().meta({ description: 'True for a Discord user who has not linked an account.' }),
  })
  .meta({ id: 'User' })
export type User = z.infer<typeof User>

/** The caller's own account. */
export const Me = User.extend({
  discordId: z.string().nullable(),
}).meta({ id: 'Me' })
export type Me = z.infer<typeof Me>

/** What names an account: a Clerk user id, or `discord:<id>` for a guest. */
export const AccountName = z.string().regex(/^[\w:-]{1,100}$/)

/** The parts of a name, for those who show them apart. */
export const AccountProfile = z.object({
  account: z.string(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  username: z.string().nullable(),
  imageUrl: z.string().nullable(),
})
export type AccountProfile = z.infer<typeof AccountProfile>
