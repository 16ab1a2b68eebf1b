/**
 * Why the database cannot be brought to the version this checkout needs, in sentences for whoever started Snag:
 * which migration, what is wrong with it, what to do.
 */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}
