import type { Issue } from '#shared/issues/schema.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import styles from './author.module.css'

/** Who filed an issue. */
export function Author({ author }: { author: Issue['author'] }) {
  return (
    <span className={styles.author}>
      <Avatar name={author.name} imageUrl={author.imageUrl} />
      <span className={styles.name}>{author.name}</span>
    </span>
  )
}

export function AuthorSkeleton() {
  return (
    <span className={styles.author}>
      <Skeleton width={22} height={22} round />
      <Skeleton width={96} height={12} />
    </span>
  )
}
