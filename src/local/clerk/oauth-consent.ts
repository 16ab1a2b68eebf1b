import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { DiscordAccount } from './instance.ts'

export type Page = HtmlEscapedString | Promise<HtmlEscapedString>

/** What Discord would show: who asks, for what, and, because there is no signed-in Discord here, as whom to answer. */
export function consentPage(form: { action: string; state: string }, accounts: DiscordAccount[]): Page {
  return layout(
    'Connect Discord',
    html`
      <h1><strong>Snag (local)</strong> wants to know who you are on Discord</h1>
      <p>
        It will see your username, avatar and e-mail address. This page stands in for Discord: choose an
        account.
      </p>
      <form method="post" action="${form.action}">
        <input type="hidden" name="state" value="${form.state}" />
        <ul>
          ${accounts.map(choice)}
        </ul>
        ${accounts.length === 0 ? html`<p>The local Discord has no accounts yet.</p>` : ''}
        <button class="cancel">Cancel</button>
      </form>
    `,
  )
}

export function expiredPage(): Page {
  return layout(
    'Not valid any more',
    html`
      <h1>This request is not valid any more</h1>
      <p>It was used before, took too long, or was begun in another browser. Go back and try again.</p>
    `,
  )
}

function choice(account: DiscordAccount) {
  return html`<li>
    <button name="account" value="${account.id}">
      <img src="${account.avatarUrl}" alt="" width="40" height="40" />
      <span><b>${account.globalName ?? account.username}</b><small>${account.username}</small></span>
    </button>
  </li>`
}

function layout(title: string, body: Page): Page {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Snag (local)</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html>`
}

const STYLE = `
  :root {
    --page: #eceef2; --card: #fff; --line: #dfe2e8; --text: #1e2027; --quiet: #5c6270; --hover: #f4f5f8; --accent: #5865f2;
  }
  @media (prefers-color-scheme: dark) {
    :root { --page: #17181c; --card: #24262c; --line: #373a43; --text: #f2f3f5; --quiet: #a9aebb; --hover: #2e3139; --accent: #8b95ff; }
  }
  * { box-sizing: border-box; }
  body {
    margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem;
    background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif;
  }
  main {
    width: min(26rem, 100%); padding: 2rem; border: 1px solid var(--line); border-top: 4px solid var(--accent);
    border-radius: 0.75rem; background: var(--card); box-shadow: 0 8px 30px rgb(0 0 0 / 12%);
  }
  h1 { margin: 0 0 0.75rem; font-size: 1.25rem; font-weight: 500; line-height: 1.35; }
  p { margin: 0 0 1.25rem; color: var(--quiet); }
  ul { margin: 0 0 1rem; padding: 0; list-style: none; display: grid; gap: 0.5rem; }
  button {
    width: 100%; padding: 0.625rem 0.75rem; border: 1px solid var(--line); border-radius: 0.5rem;
    background: transparent; color: inherit; font: inherit; cursor: pointer;
  }
  button:hover { background: var(--hover); }
  button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  li button { display: flex; align-items: center; gap: 0.75rem; text-align: left; }
  li img { flex: none; border-radius: 50%; background: var(--line); }
  li span { display: grid; min-width: 0; }
  li b, li small { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  li b { font-weight: 600; }
  li small, .cancel { color: var(--quiet); }
  .cancel { border-color: transparent; }
`
