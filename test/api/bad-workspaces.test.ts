import { test } from 'vitest'
import { expectRefused, sceneWithIssue } from '#test/refusals.ts'

test('workspaces, labels, members and users that do not fit are refused', async () => {
  const here = await sceneWithIssue()
  const { api, userId } = here.robin
  const good = { name: 'Moon base', slug: 'moon-base', key: 'MOON' }
  const home = '/api/v1/workspaces/home'
  const create = (fields: object) => () => api.post('/api/v1/workspaces', { ...good, ...fields })
  await expectRefused(here, 'invalid', {
    'a slug in capitals': create({ slug: 'Moon' }),
    'a slug of 1 character': create({ slug: 'm' }),
    'a slug of 41 characters': create({ slug: 'm'.repeat(41) }),
    'a slug of 79 characters with its hyphens': create({
      slug: Array.from({ length: 40 }, () => 'm').join('-'),
    }),
    'a slug with a slash': create({ slug: 'moon/base' }),
    'a slug that ends with a hyphen': create({ slug: 'moon-' }),
    'a slug with two hyphens': create({ slug: 'moon--base' }),
    'a slug with a line break': create({ slug: 'moon\n' }),
    'a key in small letters': create({ key: 'moon' }),
    'a key that begins with a digit': create({ key: '1MOON' }),
    'a key of 9 characters': create({ key: 'MOONBASES' }),
    'a name of 1 character': create({ name: 'M' }),
    'a name of spaces': create({ name: '    ' }),
    'a name of 61 characters': create({ name: 'x'.repeat(61) }),
    'a name of two lines': create({ name: 'Moon\nbase' }),
    'a name with half of an emoji': create({ name: 'Moon \uD83D' }),
    'a visibility there is not': create({ visibility: 'secret' }),
    'an id': create({ id: 7 }),
    'a role': create({ role: 'admin' }),
    'no change': () => api.patch(home, {}),
    'a change of the slug': () => api.patch(home, { slug: 'house' }),
    'a change of the key': () => api.patch(home, { key: 'HOUSE' }),
    'a name of null': () => api.patch(home, { name: null }),
    'a label without a colour': () => api.post(`${home}/labels`, { name: 'urgent' }),
    'a colour by its name': () => api.post(`${home}/labels`, { name: 'urgent', color: 'red' }),
    'a colour in capitals': () => api.post(`${home}/labels`, { name: 'urgent', color: '#FF0000' }),
    'a label with a comma': () => api.post(`${home}/labels`, { name: 'a,b', color: '#ff0000' }),
    'a label of two lines': () => api.post(`${home}/labels`, { name: 'a\nb', color: '#ff0000' }),
    'a label of 41 characters': () => api.post(`${home}/labels`, { name: 'x'.repeat(41), color: '#ff0000' }),
    'a role there is not': () => api.put(`${home}/members/${userId}`, { role: 'owner' }),
    'the role of a guest': () => api.put(`${home}/members/${userId}`, { role: 'guest' }),
    'no role': () => api.put(`${home}/members/${userId}`, {}),
    'somebody else in the body': () => api.put(`${home}/members/${userId}`, { role: 'admin', userId }),
    'a member who is no id': () => api.put(`${home}/members/robin`, { role: 'admin' }),
    'taking the role of no id': () => api.delete(`${home}/members/1`),
    'a user who is no id': () => api.get('/api/v1/users/1'),
    'a user with NUL': () => api.get('/api/v1/users/%00'),
  })
  const nobody = '01890000-0000-7000-8000-000000000000'
  await expectRefused(here, 'not_found', {
    'a user there is not': () => api.get(`/api/v1/users/${nobody}`),
    'a role for nobody': () => api.put(`${home}/members/${nobody}`, { role: 'admin' }),
    'the role of nobody': () => api.delete(`${home}/members/${nobody}`),
  })
})
