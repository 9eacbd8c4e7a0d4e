export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const

/** What is logged at least; `silent` logs nothing. */
export type LogLevel = (typeof LOG_LEVELS)[number]
