import { X } from 'lucide-react'
import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'wouter'
import { useClient } from '../api/api-provider.tsx'
import { Button } from '../ui/button.tsx'
import { Choices, Menu } from '../ui/menu.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useLabels } from '../workspaces/workspace-queries.ts'
import { LabelDot } from './labels.tsx'
import { withFilter } from './issue-filters.ts'
import type { FilterName, IssueFilters } from './issue-filters.ts'
import { Status, statusChoices } from './status.tsx'
import styles from './filter-bar.module.css'

/** Stands for no filter; no filter's value is empty. */
const any = ''

/** Narrows the table. The filters are in the address: they can be shared, and going back undoes one. */
export function FilterBar({ slug, filters }: { slug: string; filters: IssueFilters }) {
  const [, setSearch] = useSearchParams()
  const labels = useLabels(slug).data
  const { status, label, author } = filters
  const set = (name: FilterName) => (value: string) =>
    setSearch((search) => withFilter(search, name, value === any ? null : value))

  return (
    <fieldset className={styles.bar} aria-label="Filters">
      <Menu label="Status" shown={status === undefined ? 'any' : <Status status={status} />}>
        <Choices
          value={status ?? any}
          choices={[{ value: any, shown: 'Any status' }, ...statusChoices]}
          onChoose={set('status')}
        />
      </Menu>
      <Menu label="Label" shown={label ?? 'any'}>
        <Choices
          value={label ?? any}
          choices={[
            { value: any, shown: 'Any label' },
            ...(labels ?? []).map(({ name, color }) => ({
              value: name,
              shown: (
                <>
                  <LabelDot color={color} />
                  {name}
                </>
              ),
            })),
          ]}
          onChoose={set('label')}
        />
      </Menu>
      <Menu label="Author" shown={<AuthorName author={author} />}>
        <Choices
          value={author ?? any}
          choices={[
            { value: any, shown: 'Anyone' },
            { value: 'me', shown: 'Me' },
            ...(author === undefined || author === 'me'
              ? []
              : [{ value: author, shown: <AuthorName author={author} /> }]),
          ]}
          onChoose={set('author')}
        />
      </Menu>
      {Object.keys(filters).length > 0 && (
        <Button look="quiet" onClick={() => setSearch('')}>
          <X size={14} aria-hidden />
          Clear
        </Button>
      )}
    </fieldset>
  )
}

export function FilterBarSkeleton() {
  return (
    <div className={styles.bar} aria-hidden>
      {[106, 101, 128].map((width) => (
        <span key={width} className={styles.skeleton}>
          <Skeleton width={width} height={20} />
        </span>
      ))}
    </div>
  )
}

function AuthorName({ author }: { author: string | undefined }) {
  const client = useClient()
  const isPerson = author !== undefined && author !== 'me'
  const person = useQuery({
    queryKey: ['user', author],
    enabled: isPerson,
    staleTime: Infinity,
    queryFn: async () => (await client.users[':userId'].$get({ param: { userId: author ?? '' } })).json(),
  })
  if (author === undefined) return 'anyone'
  if (author === 'me') return 'me'
  if (person.isError) return 'somebody unknown'
  return person.data?.name ?? 'one person'
}
