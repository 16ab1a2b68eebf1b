import { Markdown as Parsed } from 'markdown-to-jsx/react'
import type { ComponentProps } from 'react'
import styles from './markdown.module.css'

/**
 * What a person wrote, as Markdown. Raw HTML is shown as the text it is, addresses that could run a script are
 * dropped by the library, and pictures become links: nothing is fetched from elsewhere because somebody wrote it.
 */
export function Markdown({ text }: { text: string }) {
  return (
    <div className={styles.markdown}>
      <Parsed
        options={{
          disableParsingRawHTML: true,
          forceBlock: true,
          // Headings get no id: a person's words must not name parts of our page.
          slugify: () => '',
          overrides: { a: ForeignLink, img: PictureLink, table: ScrollingTable, ...headings },
        }}
      >
        {text}
      </Parsed>
    </div>
  )
}

// The page's own headings end at the second level; a person's begin below them.
const headings = {
  h1: { component: 'h3' },
  h2: { component: 'h4' },
  h3: { component: 'h5' },
  h4: { component: 'h6' },
  h5: { component: 'h6' },
} as const

function ForeignLink({ href, title, children }: ComponentProps<'a'>) {
  if (href === undefined || href === '') return <span>{children}</span>
  return (
    <a href={href} title={title} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  )
}

function PictureLink({ src, alt }: ComponentProps<'img'>) {
  const words = alt === undefined || alt === '' ? 'Picture' : `Picture: ${alt}`
  return <ForeignLink href={typeof src === 'string' ? src : undefined}>{words}</ForeignLink>
}

function ScrollingTable(props: ComponentProps<'table'>) {
  return (
    <div className={styles.scrolls}>
      <table {...props} />
    </div>
  )
}
