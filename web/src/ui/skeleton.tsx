import styles from './skeleton.module.css'

interface SkeletonProps {
  width: number | string
  height?: number
  round?: boolean
}

/** Stands where something will be. Screen readers hear of loading from the region around it. */
export function Skeleton({ width, height = 14, round }: SkeletonProps) {
  return (
    <span
      className={styles.skeleton}
      style={{ width, height, ...(round === true ? { borderRadius: '50%' } : {}) }}
      aria-hidden
    />
  )
}
