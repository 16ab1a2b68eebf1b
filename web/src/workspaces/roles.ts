import type { GrantedRole } from '#shared/members/schema.ts'

export const roleNames: Record<GrantedRole, string> = {
  member: 'Member',
  triager: 'Triager',
  admin: 'Admin',
}
