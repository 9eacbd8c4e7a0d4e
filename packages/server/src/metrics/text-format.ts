/** What is measured: a name, what it means, and its values now. */
export interface Metric {
  /** Letters, digits and underscores; a counter ends in `_total`, a quantity in its unit. */
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'summary'
  readonly help: string
  readonly samples: readonly Sample[]
}

export interface Sample {
  /** Of a summary. */
  readonly suffix?: '_sum' | '_count'
  /** Words of ours only: a label that a request can choose would grow without bound, and may be a secret. */
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** @see Prometheus, "Exposition formats", text-based format 0.0.4 */
export const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8'

/** A metric without a value is left out. */
export function textFormat(metrics: readonly Metric[]): string {
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(family)
    .join('')
}

/** Goes only up, until the process ends. */
export function counter(name: string, help: string, value: number | readonly Sample[]): Metric {
  return { name, type: 'counter', help, samples: samplesOf(value) }
}

export function gauge(name: string, help: string, value: number | readonly Sample[]): Metric {
  return { name, type: 'gauge', help, samples: samplesOf(value) }
}

function samplesOf(value: number | readonly Sample[]): readonly Sample[] {
  return typeof value === 'number' ? [{ value }] : value
}

function family({ name, type, help, samples }: Metric): string {
  const lines = samples.map(
    ({ suffix = '', labels = {}, value }) => `${name}${suffix}${labelSet(labels)} ${number(value)}\n`,
  )
  return `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

function labelSet(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(
    ([key, value]) => `${key}="${escaped(value).replaceAll('"', '\\"')}"`,
  )
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}

/** The format has its own spelling of what is no finite number. */
function number(value: number): string {
  if (value === Infinity) return '+Inf'
  return value === -Infinity ? '-Inf' : String(value)
}
