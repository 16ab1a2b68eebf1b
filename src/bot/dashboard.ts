/** The addresses of the dashboard that the bot points to. None of them carries a secret. */
export interface Dashboard {
  issue(slug: string, number: number): string
  workspace(slug: string): string
  /** Where a Discord account is connected. */
  link: string
  /** Whether Discord takes these addresses for a button. */
  isLinkable: boolean
}

/**
 * Discord calls an address such as `http://localhost:3000` not well formed and refuses the whole message with it.
 * A stand-in on this machine does not mind.
 */
export function dashboardAt({ publicUrl, apiUrl }: { publicUrl: string; apiUrl: string }): Dashboard {
  const base = publicUrl.replace(/\/+$/, '')
  return {
    issue: (slug, number) => `${base}/w/${slug}/issues/${number}`,
    workspace: (slug) => `${base}/w/${slug}`,
    link: `${base}/link/discord`,
    isLinkable: new URL(base).hostname.includes('.') || isOnThisMachine(new URL(apiUrl).hostname),
  }
}

function isOnThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}
