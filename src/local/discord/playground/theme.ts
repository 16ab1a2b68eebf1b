import { useEffect, useState } from 'react'

const KEY = 'playground.theme'

export type Theme = 'dark' | 'light'

/** The theme of the system until the person chooses one; the choice is kept in this browser. */
export function useTheme(): { theme: Theme; toggle: () => void } {
  const [chosen, setChosen] = useState<Theme | null>(readChoice)
  const [system, setSystem] = useState<Theme>(() => (lightWanted().matches ? 'light' : 'dark'))
  const theme = chosen ?? system

  useEffect(() => {
    const query = lightWanted()
    const follow = (): void => setSystem(query.matches ? 'light' : 'dark')
    query.addEventListener('change', follow)
    return () => query.removeEventListener('change', follow)
  }, [])

  useEffect(() => {
    document.documentElement.dataset['theme'] = theme
  }, [theme])

  const toggle = (): void => {
    const next = theme === 'dark' ? 'light' : 'dark'
    window.localStorage.setItem(KEY, next)
    setChosen(next)
  }
  return { theme, toggle }
}

function readChoice(): Theme | null {
  const kept = window.localStorage.getItem(KEY)
  return kept === 'dark' || kept === 'light' ? kept : null
}

function lightWanted(): MediaQueryList {
  return window.matchMedia('(prefers-color-scheme: light)')
}
