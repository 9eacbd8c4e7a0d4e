/** Told of every statement that is sent to the database, so that a test can count them. */
export type OnQuery = (sql: string) => void
