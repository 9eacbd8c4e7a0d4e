/** The server as a library: one node is `serve(readConfiguration(…), createLog(…))`. */
export { systemAmbient } from './ambient-system.ts'
export { Refused } from './failure.ts'
export { stopOnSignals } from './http/stop-on-signals.ts'
export { IpDatabaseProblem } from './ip-databases.ts'
export { createLog, type Log, stderrSink } from './log.ts'
export { type Running, serve } from './main.ts'
export { MasterKeyProblem } from './master-key.ts'
export { CannotOpenStore } from './store/cannot-open-store.ts'
