import type { ClerkProviderProps } from '@clerk/react'

/** Clerk's components in our colours, in both themes. */
export const clerkAppearance = {
  variables: {
    colorPrimary: 'var(--accent)',
    colorPrimaryForeground: 'var(--on-accent)',
    colorBackground: 'var(--surface-raised)',
    colorForeground: 'var(--text)',
    colorMutedForeground: 'var(--text-muted)',
    colorMuted: 'var(--surface-sunken)',
    colorNeutral: 'var(--text)',
    colorInput: 'var(--surface)',
    colorInputForeground: 'var(--text)',
    colorDanger: 'var(--danger-text)',
    colorRing: 'var(--accent-text)',
    fontFamily: 'var(--font)',
    borderRadius: '8px',
  },
} satisfies ClerkProviderProps['appearance']
