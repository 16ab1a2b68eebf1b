import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import type { Context } from 'hono'
import { isLoopbackHost } from '#shared/config.ts'
import type { ApiEnv } from './env.ts'

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Network = [Address, number]

/** One address is a network of one. */
export function networkOf(text: string): Network {
  if (text.includes('/')) return ipaddr.parseCIDR(text)
  const address = ipaddr.process(text)
  return [address, address.toByteArray().length * 8]
}

/** What a proxy adds to a request that it passes on. */
const ofProxies = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'via',
]

/** One customer of a provider has at least such a network of IPv6 addresses. */
const ipv6Prefix = 8

/**
 * Who sent a request, as far as it can be known: the nearest address that is not one of our own proxies. Each proxy
 * adds whom it heard to the end of X-Forwarded-For, so it is read from there; what somebody else wrote before
 * is never reached. An IPv6 address is cut to its network. Null without a server, as in some tests.
 */
export function senderOf(c: Context<ApiEnv>, proxies: readonly Network[]): string | null {
  const socket = remoteOf(c)
  if (socket === null) return null
  const heard = c.req.header('x-forwarded-for')?.split(',') ?? []
  let sender = socket
  while (isAmong(sender, proxies)) {
    const before = parsed(heard.pop())
    if (before === null) break
    sender = before
  }
  if (sender instanceof ipaddr.IPv4) return sender.toString()
  return `${sender.toByteArray().slice(0, ipv6Prefix).join('.')}/${ipv6Prefix * 8}`
}

/** Whether a request comes from a program on this machine, and not through a proxy on it. */
export function isFromHere(c: Context<ApiEnv>): boolean {
  const host = new URL(c.req.url).hostname
  return (
    remoteOf(c)?.range() === 'loopback' &&
    isLoopbackHost(host) &&
    ofProxies.every((name) => c.req.header(name) === undefined)
  )
}

function remoteOf(c: Context<ApiEnv>): Address | null {
  // Without a server there are no bindings at all.
  const { incoming } = c.env ?? {}
  return parsed(incoming?.socket.remoteAddress)
}

/** An IPv4 address that came over IPv6 is itself. */
function parsed(text: string | undefined): Address | null {
  if (text === undefined) return null
  const address = text.trim()
  return isIP(address) === 0 ? null : ipaddr.process(address)
}

function isAmong(address: Address, networks: readonly Network[]): boolean {
  return networks.some((network) => network[0].kind() === address.kind() && address.match(network))
}
