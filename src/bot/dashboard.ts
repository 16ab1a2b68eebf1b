/** The addresses of the dashboard that the bot points to. None of them carries a secret. */
export interface Dashboard {
  issue(slug: string, number: number): string
  workspace(slug: string): string
  link: string
}

export function dashboardAt(publicUrl: string): Dashboard {
  const base = publicUrl.replace(/\/+$/, '')
  return {
    issue: (slug, number) => `${base}/w/${slug}/issues/${number}`,
    workspace: (slug) => `${base}/w/${slug}`,
    link: `${base}/link/discord`,
  }
}
