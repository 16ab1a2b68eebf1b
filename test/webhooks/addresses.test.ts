import { expect, test } from 'vitest'
import { isReachable, parseAddress } from '#shared/webhooks/address.ts'
import { createSender } from '#shared/webhooks/sending.ts'
import { problem } from '#test/problems.ts'
import { world } from '#test/world.ts'
import { webhooks } from './delivering.ts'
import { receiver } from './receiver.ts'

test.each(['93.184.215.14', '1.1.1.1', '2606:4700:4700::1111'])('%s is on the open network', (address) => {
  expect(isReachable(address, false)).toBe(true)
})

test.each([
  ['this machine', '127.0.0.1', '127.255.255.254', '::1', '0.0.0.0', '::'],
  [
    'a private network',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    'fc00::1',
    'fd12::1',
    'fec0::1',
  ],
  ['the link', '169.254.169.254', 'fe80::1'],
  ['a provider', '100.64.0.1'],
  ['many', '224.0.0.1', '255.255.255.255', 'ff02::1'],
  [
    'nobody',
    '240.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '2001:db8::1',
    '100::1',
    '4000::1',
  ],
  [
    'another in disguise',
    '::ffff:127.0.0.1',
    '::ffff:93.184.215.14',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
  ],
  ['another by way of a tunnel', '2002:7f00:1::', '2001::1', '192.88.99.1'],
  ['nothing', '', 'localhost', '1.2.3'],
])('what is an address of %s is not', (_of, ...addresses) => {
  expect(addresses.filter((address) => isReachable(address, false))).toEqual([])
})

test('where we are local ourselves, this machine is within reach, and no other network', () => {
  const within = ['127.0.0.1', '::1', '10.0.0.1', '169.254.169.254', '::ffff:127.0.0.1', '0.0.0.0']

  expect(within.filter((address) => isReachable(address, true))).toEqual(['127.0.0.1', '::1'])
})

test.each([
  'http://example.com/',
  'ftp://example.com/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'example.com',
  'https://user:secret@example.com/',
  'https://127.0.0.1/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::1]:8080/',
  'https://169.254.169.254/latest/meta-data/',
])('nothing is sent to %s', (address) => {
  expect(() => parseAddress(address, 'json', false)).toThrow(expect.objectContaining({ code: 'invalid' }))
})

test('what is sent to Discord goes to a webhook address of Discord', () => {
  const ofDiscord = 'https://discord.com/api/webhooks/1200000000000000001/abc-DEF_123'

  expect(parseAddress(`${ofDiscord}#x`, 'discord', false).href).toBe(ofDiscord)
  for (const address of [
    'https://example.com/api/webhooks/1200000000000000001/abc',
    'https://discord.com/api/users/@me',
    'https://discord.com/api/webhooks/1200000000000000001/abc/../../../users/@me',
    'https://discord.com.example.com/api/webhooks/1200000000000000001/abc',
  ])
    expect(() => parseAddress(address, 'discord', false)).toThrow(/not a webhook address of Discord/)
})

test('a name that leads to this machine is found out when it is looked up, and nothing is sent', async () => {
  const there = await receiver()
  const sender = createSender({ local: false })
  const port = new URL(there.url).port

  for (const host of ['localhost', '127.0.0.1', '[::ffff:127.0.0.1]', '[::1]'])
    expect(await sender.post(new URL(`http://${host}:${port}/`), {}, '{}'), host).toMatchObject({
      response: null,
      problem: expect.stringMatching(/private network/),
    })
  await sender.close()

  expect(there.received).toEqual([])
})

test('a name that leads nowhere is an outcome, and the address is not in its words', async () => {
  const sender = createSender({ local: true })

  const { problem: said } = await sender.post(new URL('http://token.invalid/secret'), {}, '{}')
  const refused = await sender.post(new URL('http://127.0.0.1:1/secret'), {}, '{}')
  await sender.close()

  expect(said).not.toMatch(/token|secret/)
  expect(refused.problem).toBe('The connection failed (ECONNREFUSED).')
})

test('an address that nothing is sent to is refused when it is given', async () => {
  const here = await world()
  const admin = await here.personWith('admin')
  const add = (webhook: object) => admin.api.post(webhooks, { name: 'Hook', ...webhook })

  expect(await add({ url: 'https://10.0.0.1/' })).toEqual(problem('invalid', /private/))
  expect(await add({ url: 'nonsense' })).toEqual(problem('invalid', /https/))
  expect(await add({ url: 'https://example.com', secret: 'whsec_x' })).toEqual(problem('invalid', /secret/))
  expect(await add({ url: 'https://example.com', types: ['nothing.happened'] })).toEqual(problem('invalid'))
})

test('a workspace has ten webhooks at most', async () => {
  const here = await world()
  const admin = await here.personWith('admin')
  const add = () => admin.api.post(webhooks, { name: 'Hook', url: 'https://example.com/' })
  const answers = await Promise.all(Array.from({ length: 12 }, add))

  expect(answers.filter(({ status }) => status === 201)).toHaveLength(10)
  expect(await add()).toEqual(problem('conflict', /at most 10/))
})
