import type { Issue } from '#shared/issues/schema.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import styles from './author.module.css'

/** Who filed an issue, and whether that is a guest: somebody of Discord whom no account here stands behind. */
export function Author({ author }: { author: Issue['author'] }) {
  return (
    <span className={styles.author}>
      <Avatar name={author.name} imageUrl={author.imageUrl} />
      <span className={styles.name}>{author.name}</span>
      {author.guest && (
        <span className={styles.guest} title="Writes from Discord, and has not linked an account">
          guest
        </span>
      )}
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
