import { readFile } from 'node:fs/promises'

const MICROS_PER_TICK = 10_000

/**
 * Processor time that a process has taken so far, all its threads together, in microseconds (`utime` and `stime` of
 * `/proc/PID/stat`, proc(5)). Linux only: NaN elsewhere.
 */
export async function cpuMicros(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  // The second field is the program's name in brackets, which may hold anything; `utime` is the 14th, `stime` the 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return MICROS_PER_TICK * (Number(fields[11]) + Number(fields[12]))
}
