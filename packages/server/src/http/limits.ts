/** What one node takes from the network. Who answers when one is passed: docs/decisions/0006-http-limits.md. */
export interface HttpLimits {
  /** Body bytes of one request, whether announced or counted while they come in chunks. */
  readonly maxBodyBytes: number
  /** Bytes of any one header value, duplicates joined. */
  readonly maxHeaderValueBytes: number
  /** Bytes of path and query together. */
  readonly maxUrlBytes: number
  /** Requests being answered at the same time; and as many whose bodies have not come whole. */
  readonly maxRequestsInFlight: number
  /** Of both, requests whose body is known to be over {@link LARGE_BODY_BYTES}. */
  readonly maxLargeRequestsInFlight: number
  /** Open connections. Those between two requests are closed when there are more. */
  readonly maxConnections: number
  /** From the headers' arrival to the body's last byte. Less than `idleTimeoutSeconds`, or nobody hears the 408. */
  readonly bodyTimeoutSeconds: number
  /** Between two requests of a connection, and from a request's headers to its answer. */
  readonly idleTimeoutSeconds: number
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  // What one read of Onezone's server takes (its REST API, "Max body").
  maxBodyBytes: 8_000_000,
  // Onezone answers 431 above it; so a token that travels in a header has less than 4 KiB.
  maxHeaderValueBytes: 4096,
  // What common proxies pass; the longest path here holds one token or name.
  maxUrlBytes: 8192,
  // At some 10 us of work each, more would only wait; and each may hold LARGE_BODY_BYTES, 64 MiB for all that wait.
  maxRequestsInFlight: 1024,
  // 32 bodies of 8 MB are 256 MB: what slow senders of large bodies can make this node hold.
  maxLargeRequestsInFlight: 32,
  // 16 times the gateways of a large house, and far from the usual hard limit of open files (65536 and more).
  maxConnections: 16_384,
  // 8 MB in this time is 3.2 Mbit/s.
  bodyTimeoutSeconds: 20,
  // Longer than any answer takes here: the longest wait is one lease of a few seconds after a body.
  idleTimeoutSeconds: 30,
}

/** What one client may have of the bodies that are waited for, and of the large ones: three quarters stay for the others. */
export function clientShare(maxOfAll: number): number {
  return Math.ceil(maxOfAll / 4)
}

/** Bodies up to this size are small change, whatever number of them is in flight. */
export const LARGE_BODY_BYTES = 65_536
