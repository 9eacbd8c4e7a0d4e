import { pino, type DestinationStream } from 'pino'
import type { Ambient } from './ambient.ts'
import { describeError } from './log-error.ts'
import type { LogLevel } from './log-level.ts'

/** Ids, counts, names from our own source. Never a token, password, secret, header, query or body. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** JSON lines: `time` in milliseconds since 1970, `level`, the fields, `msg`. */
export interface Log {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
  /** An error with its stack, its message masked: a parser's message quotes what it parsed. */
  bug(error: unknown, fields: LogFields, message: string): void
  /** Writes what is still buffered. For the moment before the process ends. */
  flush(): void
}

/** Where lines go, in batches. */
export interface LogSink extends DestinationStream {
  flushSync(): void
}

export interface LogOptions {
  readonly ambient: Ambient
  readonly level: LogLevel
  readonly sink: LogSink
}

export function createLog({ ambient, level, sink }: LogOptions): Log {
  const logger = pino(
    {
      level,
      // Process id and host name are what the service manager adds anyway.
      base: null,
      timestamp: () => `,"time":${ambient.nowMillis()}`,
      formatters: { level: (label) => ({ level: label }) },
    },
    sink,
  )
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    bug: (error, fields, message) => logger.error({ ...fields, error: describeError(error) }, message),
    flush: () => sink.flushSync(),
  }
}

/** Swallows everything. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  bug: () => undefined,
  flush: () => undefined,
}
