import { useLayoutEffect, useRef, useState } from 'react'
import type { RefObject } from 'react'

/** Closer to the end than this counts as reading along, and new messages scroll into view. */
const NEAR_END_PX = 120

export interface Scrolling {
  scroller: RefObject<HTMLDivElement | null>
  /** Whether the end is in view, or nearly. */
  isAtEnd: boolean
  toEnd: () => void
  /** To be called before older messages are put above: what is in view then stays in view. */
  keepPlace: () => void
}

/**
 * Keeps the end in view while it is being read, also when a picture or an edit changes a message's height, and
 * leaves someone who has scrolled up where they are.
 */
export function useScrolling(): Scrolling {
  const scroller = useRef<HTMLDivElement>(null)
  const sticks = useRef(true)
  const heightBefore = useRef<number | null>(null)
  const [isAtEnd, setAtEnd] = useState(true)

  useLayoutEffect(() => {
    const element = scroller.current
    const content = element?.firstElementChild
    if (!element || !content) return undefined

    const onResize = (): void => {
      if (heightBefore.current !== null && heightBefore.current !== element.scrollHeight) {
        element.scrollTop += element.scrollHeight - heightBefore.current
        heightBefore.current = null
      } else if (sticks.current) {
        element.scrollTop = element.scrollHeight
      }
    }
    const onScroll = (): void => {
      sticks.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX
      setAtEnd(sticks.current)
    }
    const observer = new ResizeObserver(onResize)
    observer.observe(content)
    observer.observe(element)
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', onScroll)
    }
  }, [])

  const toEnd = (): void => {
    sticks.current = true
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight })
  }
  const keepPlace = (): void => {
    heightBefore.current = scroller.current?.scrollHeight ?? null
  }
  return { scroller, isAtEnd, toEnd, keepPlace }
}
