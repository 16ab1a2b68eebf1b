import { Plus, Settings } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useLocation, useRoute } from 'wouter'
import { messageOf } from '../api/problem.ts'
import { Choices, Menu, MenuItem, MenuLine, MenuText } from '../ui/menu.tsx'
import { useWorkspaces } from './workspace-queries.ts'
import styles from './workspace-switcher.module.css'

const NewWorkspaceDialog = lazy(async () => ({
  default: (await import('./new-workspace-dialog.tsx')).NewWorkspaceDialog,
}))

export function WorkspaceSwitcher() {
  const workspaces = useWorkspaces()
  const [, navigate] = useLocation()
  const [, params] = useRoute('/w/:slug/*?')
  const [creating, setCreating] = useState(false)
  const current = workspaces.data?.find(({ slug }) => slug === params?.slug)

  return (
    <>
      <Menu
        label="Workspace"
        quietLabel
        look="quiet"
        shown={<span className={styles.name}>{current?.name ?? params?.slug ?? 'Choose a workspace'}</span>}
      >
        {workspaces.isError && <MenuText>{messageOf(workspaces.error)}</MenuText>}
        {workspaces.isPending && <MenuText>Loading…</MenuText>}
        <Choices
          value={params?.slug ?? ''}
          choices={(workspaces.data ?? []).map(({ slug, name, key }) => ({
            value: slug,
            shown: (
              <>
                <span className={styles.key} aria-hidden>
                  {key}
                </span>
                <span className={styles.name}>{name}</span>
              </>
            ),
          }))}
          onChoose={(slug) => navigate(`/w/${slug}`)}
        />
        <MenuLine />
        {current !== undefined && (
          <MenuItem onSelect={() => navigate(`/w/${current.slug}/settings`)}>
            <Settings size={15} aria-hidden />
            Members and settings
          </MenuItem>
        )}
        <MenuItem onSelect={() => setCreating(true)}>
          <Plus size={15} aria-hidden />
          New workspace
        </MenuItem>
      </Menu>
      {creating && (
        <Suspense>
          <NewWorkspaceDialog
            onClose={() => setCreating(false)}
            onCreated={({ slug }) => {
              setCreating(false)
              navigate(`/w/${slug}`)
            }}
          />
        </Suspense>
      )}
    </>
  )
}
