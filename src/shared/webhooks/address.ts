import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { AppError } from '../errors.ts'
import type { WebhookFormat } from './schema.ts'

const discordHosts: ReadonlySet<string> = new Set([
  'discord.com',
  'discordapp.com',
  'canary.discord.com',
  'ptb.discord.com',
])
const discordPath = /^\/api(\/v\d+)?\/webhooks\/\d{17,20}\/[\w-]+$/
/** Of the addresses of IPv6 only these are given to anybody. Source: IANA, “IPv6 Global Unicast Address Assignments”. */
const assigned = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * Whether something may be sent to a numeric address: on the open network only, so that nobody makes us knock at doors
 * that are open to us and not to them. Where we are local ourselves, this machine as well.
 */
export function isReachable(address: string, local: boolean): boolean {
  if (isIP(address) === 0) return false
  const parsed = ipaddr.parse(address)
  const range = parsed.range()
  if (range === 'loopback') return local
  return range === 'unicast' && (parsed instanceof ipaddr.IPv4 || parsed.match(assigned))
}

/**
 * An address that something may be sent to, in its normal form. Where its name leads is seen at each delivery. Throws
 * `invalid`.
 */
export function parseAddress(text: string, format: WebhookFormat, local: boolean): URL {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw invalid('This is not an address. It has to begin with https:// and a name.')
  if (url.protocol === 'http:' && !local) throw invalid('The address has to begin with https://.')
  if (url.username !== '' || url.password !== '')
    throw invalid('An address cannot have a name and a password in it. Leave them out.')
  // A number of IPv6 stands in brackets.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (host === '' || (isIP(host) !== 0 && !isReachable(host, local)))
    throw invalid('This address is in a private network or reserved, and nothing is sent there.')
  const isDiscord = discordHosts.has(host) && discordPath.test(url.pathname)
  if (format === 'discord' && !isDiscord && !local)
    throw invalid(
      'This is not a webhook address of Discord. Copy it in the settings of a channel, Integrations.',
    )
  url.hash = ''
  return url
}

function invalid(message: string): AppError {
  return new AppError('invalid', message, { problems: [{ path: 'url', message }] })
}
