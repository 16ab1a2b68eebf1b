import styles from './skeleton.module.css'

/** Stands where something will be. Screen readers hear of loading from the region around it. */
export function Skeleton({ width, height = 14 }: { width: number | string; height?: number }) {
  return <span className={styles.skeleton} style={{ width, height }} aria-hidden />
}
