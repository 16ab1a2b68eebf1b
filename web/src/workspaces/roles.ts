import type { GrantedRole } from '#shared/members/schema.ts'

export const roleNames: Record<GrantedRole, string> = {
  member: 'Member',
  triager: 'Triager',
  admin: 'Admin',
}

export const roleInSentence: Record<GrantedRole, string> = {
  member: 'a member',
  triager: 'a triager',
  admin: 'an admin',
}
