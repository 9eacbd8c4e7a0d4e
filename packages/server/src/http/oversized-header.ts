const tally = { maxBytes: 0, isOversized: false }

/** Whether any header's value is longer than `maxBytes`. One callback for all requests: a closure each would cost more than the check. */
export function hasOversizedHeader(headers: Headers, maxBytes: number): boolean {
  tally.maxBytes = maxBytes
  tally.isOversized = false
  headers.forEach(weigh)
  return tally.isOversized
}

function weigh(value: string): void {
  // The runtime decodes header bytes one by one (ISO 8859-1), so characters are bytes.
  if (value.length > tally.maxBytes) tally.isOversized = true
}
