import type { Request } from 'autocannon'
import { homeSlug } from '#shared/workspaces/schema.ts'

/** One of those who ask: a fresh token, and where their second page begins. */
export interface Asker {
  token: string
  cursor: string
}

type Asked = Omit<Request, 'headers'>

/** One thing that both servers do. */
export interface Route {
  name: string
  /** The share of the floor's requests/s that is wanted; null where there is no target. */
  wanted: number | null
  /** The same of what most people would write, where that is measured. */
  wantedOfUsual?: number
  /** `nth` differs from request to request. */
  api: (nth: number, asker: Asker) => Asked
  floor: (nth: number) => Asked
}

export const apiList = `/api/v1/workspaces/${homeSlug}/issues`
export const floorList = '/issues'

/** Reading any of the issues 1 to `issues`. */
export function getOne(issues: number): Route {
  return {
    name: 'get one',
    wanted: 0.8,
    api: (nth) => get(`${apiList}/${numberOf(nth, issues)}`),
    floor: (nth) => get(`${floorList}/${numberOf(nth, issues)}`),
  }
}

export const lists: readonly Route[] = [
  { name: 'list 25, newest', wanted: 1, api: () => get(apiList), floor: () => get(floorList) },
  {
    name: 'list 25, status=todo',
    wanted: 1,
    api: () => get(`${apiList}?status=todo`),
    floor: () => get(`${floorList}?status=todo`),
  },
  {
    name: 'list 25, status=todo, label=question',
    wanted: 1,
    wantedOfUsual: 2.5,
    api: () => get(`${apiList}?status=todo&label=question`),
    floor: () => get(`${floorList}?status=todo&label=question`),
  },
  {
    name: 'list 25, label=bug',
    wanted: 1,
    api: () => get(`${apiList}?label=bug`),
    floor: () => get(`${floorList}?label=bug`),
  },
]

/** The page after the issue `after`; the API names it by the cursor that it gave to each asker. */
export function secondPage(after: number): Route {
  return {
    name: 'list 25, page 2',
    wanted: 1,
    api: (_nth, { cursor }) => get(`${apiList}?cursor=${cursor}`),
    floor: () => get(`${floorList}?after=${after}`),
  }
}

export const create: Route = {
  name: 'create',
  wanted: 1,
  api: (nth) => post(apiList, nth),
  floor: (nth) => post(floorList, nth),
}

function get(path: string): Asked {
  return { method: 'GET', path }
}

function post(path: string, nth: number): Asked {
  const body = {
    title: `Filed by the benchmark, ${nth}`,
    description: 'Since this morning, after the second redirect.\n\n1. Open the page\n2. Sign in',
    labels: ['bug', 'web'],
  }
  return { method: 'POST', path, body: JSON.stringify(body) }
}

/** An issue that is not deleted (each hundredth is); consecutive ones are far apart. */
function numberOf(nth: number, issues: number): number {
  const number = 1 + ((nth * 48_271) % (issues - 1))
  return number % 100 === 50 ? number + 1 : number
}
