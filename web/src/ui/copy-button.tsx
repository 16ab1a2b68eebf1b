import { Check, Copy, TriangleAlert } from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from './button.tsx'

const shownForMs = 2_000

interface CopyButtonProps {
  label: string
  text: string
  picture?: LucideIcon
}

/** Copies `text`; says so only when the browser did. */
export function CopyButton({ label, text, picture = Copy }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')
  const Picture = { idle: picture, copied: Check, failed: TriangleAlert }[state]
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setState('copied')
    } catch {
      setState('failed') // the browser refused: the person is told, and can select the text by hand
    }
    setTimeout(() => setState('idle'), shownForMs)
  }
  const says = { idle: label, copied: 'Copied', failed: 'The browser did not let us copy' }[state]
  return (
    <IconButton label={says} onClick={() => void copy()}>
      <Picture size={15} aria-hidden />
    </IconButton>
  )
}
