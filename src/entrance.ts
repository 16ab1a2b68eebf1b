import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { HttpBindings } from '@hono/node-server'
import { getPath } from 'hono/utils/url'
import type { Config } from '#shared/config.ts'
import type { StandIns } from '#local/stand-ins.ts'

interface Fetchable {
  fetch(request: Request, bindings?: HttpBindings): Response | Promise<Response>
}

interface EntranceOptions {
  config: Pick<Config, 'local' | 'origins'>
  api: Fetchable
  pages: Fetchable
  standIns: StandIns | null
}

interface Entrance {
  fetch(request: Request, bindings?: HttpBindings): Response | Promise<Response>
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean
}

const apiPaths = /^\/(api|mcp|healthz|readyz|metrics)(\/|$)/

/** Sends each request to the API, to a stand-in, or to the dashboard; in local mode past the guard first. */
export async function entrance({ config, api, pages, standIns }: EntranceOptions): Promise<Entrance> {
  const guard = config.local ? (await import('#local/guard.ts')).refusedByGuard : () => null
  return {
    fetch(request, bindings) {
      const refusal = guard(request.headers, config.origins)
      if (refusal !== null) return new Response(`${refusal}\n`, { status: 403 })
      if (apiPaths.test(getPath(request))) return api.fetch(request, bindings)
      return standIns?.fetch(request) ?? pages.fetch(request, bindings)
    },
    upgrade(request, socket, head) {
      const headers = new Headers(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      )
      if (standIns === null || guard(headers, config.origins) !== null) return false
      return standIns.upgrade(request, socket, head)
    },
  }
}
