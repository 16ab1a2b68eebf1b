import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { qualifierNamed } from '#shared/query/lexer.ts'
import { parseQuery } from '#shared/query/parse.ts'
import {
  ageUnits,
  dayNames,
  parts,
  priorities,
  qualifiers,
  queryLimits,
  sortKeys,
  states,
  statuses,
} from '#shared/query/syntax.ts'

const text = await readFile('docs/queries.md', 'utf8')
/** Lines that stand by themselves, and what is to be written according to the first column of a table. */
const examples = [
  ...[...text.matchAll(/^```\n([^`]+)\n```$/gm)].map(([, lines]) => lines ?? ''),
  ...[...text.matchAll(/^\| (`.*?`) +\|/gm)].flatMap(([, cell]) =>
    [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, example]) => example ?? ''),
  ),
]

test('there are examples', () => {
  expect(examples.length).toBeGreaterThan(40)
})

test.each(examples)('%s is understood', (example) => {
  expect(parseQuery(example)).not.toHaveProperty('problems')
})

test('every filter and every order has an example', () => {
  const terms = examples.flatMap((example) => example.split(' '))
  const names = new Set(terms.map((term) => qualifierNamed(/^-?(\w+):/.exec(term)?.[1] ?? '')))
  expect(Object.keys(qualifiers).filter((name) => !names.has(qualifierNamed(name)))).toEqual([])
  expect(sortKeys.filter((key) => !terms.includes(`sort:${key}`))).toEqual([])
  const shown = states.filter((state) => state !== 'issue')
  expect(shown.filter((state) => !terms.includes(`is:${state}`))).toEqual([])
})

test('every value, unit and limit is named', () => {
  const values = [...statuses, ...priorities, ...parts, ...dayNames]
  expect(values.filter((value) => !new RegExp(`\\b${value}\\b`).test(text))).toEqual([])
  expect(ageUnits.filter((unit) => !text.includes(`\`${unit}\``))).toEqual([])
  const { characters, terms, valuesPerTerm } = queryLimits
  expect(text.replaceAll('\n', ' ')).toContain(
    `${characters.toLocaleString('en')} characters, ${terms} terms, and ${valuesPerTerm} values`,
  )
})
