import type { ClerkProviderProps } from '@clerk/react'

/** Clerk's components in our colours, in both themes. Their own CSS has a `--accent`: ours must not be called so. */
export const clerkAppearance = {
  variables: {
    colorPrimary: 'var(--brand)',
    colorPrimaryForeground: 'var(--on-brand)',
    colorBackground: 'var(--surface-raised)',
    colorForeground: 'var(--text)',
    colorMutedForeground: 'var(--text-muted)',
    colorMuted: 'var(--surface-sunken)',
    colorNeutral: 'var(--text)',
    colorInput: 'var(--surface)',
    colorInputForeground: 'var(--text)',
    colorDanger: 'var(--danger-text)',
    colorRing: 'var(--brand-text)',
    fontFamily: 'var(--font)',
    borderRadius: '8px',
  },
} satisfies ClerkProviderProps['appearance']
