import { useId } from 'react'
import type { ReactNode } from 'react'
import styles from './section.module.css'

/** A part of a page under its own heading. */
export function Section({
  title,
  about,
  children,
}: {
  title: string
  about?: ReactNode
  children: ReactNode
}) {
  const id = useId()
  return (
    <section className={styles.section} aria-labelledby={id}>
      <header>
        <h2 id={id} className={styles.title}>
          {title}
        </h2>
        {about !== undefined && <p className={styles.about}>{about}</p>}
      </header>
      {children}
    </section>
  )
}
