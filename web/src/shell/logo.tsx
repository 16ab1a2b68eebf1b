/** A hook that something has snagged on. The same drawing is the page's icon. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="9" fill="var(--brand)" />
      <path
        d="M19.5 6.5v11.2a5.8 5.8 0 1 1-11.6 0v-2.2l4.6 4"
        fill="none"
        stroke="var(--on-brand)"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="19.5" cy="6.8" r="2.2" fill="var(--on-brand)" />
    </svg>
  )
}
