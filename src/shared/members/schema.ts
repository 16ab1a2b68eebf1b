import { z } from 'zod'
import { User } from '../identity/schema.ts'

/** What a person is in one workspace, in ascending order. */
export const Role = z.enum(['guest', 'member', 'triager', 'admin'])
export type Role = z.infer<typeof Role>

/** The roles an admin can grant. A guest is somebody who has not linked an account, and cannot be made one. */
export const GrantedRole = Role.exclude(['guest'])
export type GrantedRole = z.infer<typeof GrantedRole>

/** Somebody with a role given by an admin, and the role that counts for them now. */
export const Member = z.object({ user: User, role: GrantedRole }).meta({ id: 'Member' })
export type Member = z.infer<typeof Member>

export const Members = z.object({ data: z.array(Member) }).meta({ id: 'Members' })

export const ListMembers = z.strictObject({
  q: z
    .string()
    .overwrite((typed) => typed.replaceAll('\0', '').toWellFormed().trim().slice(0, 100))
    .optional()
    .meta({ description: 'How a name or username begins: then at most 25, whoever gave them their role.' }),
})

export const SetMemberRole = z.strictObject({ userId: z.uuid(), role: GrantedRole })
export type SetMemberRole = z.infer<typeof SetMemberRole>

export const RemoveMember = z.strictObject({ userId: z.uuid() })
export type RemoveMember = z.infer<typeof RemoveMember>

export function higherRole(a: Role | null, b: Role | null): Role | null {
  if (a === null) return b
  if (b === null) return a
  return Role.options.indexOf(a) >= Role.options.indexOf(b) ? a : b
}

export function lowerRole(a: Role, b: Role): Role {
  return Role.options.indexOf(a) <= Role.options.indexOf(b) ? a : b
}
