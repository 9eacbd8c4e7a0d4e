/** Called with each complete answer's status. */
type OnAnswer = (status: number) => void

const HEADERS_END = '\r\n\r\n'
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i
const STATUS_AT = 'HTTP/1.1 '.length

/** One keep-alive connection with at most one request under way. It reads only what it needs: status and length. */
export class LoadConnection {
  #socket: Bun.Socket | undefined
  #unsent: Uint8Array | undefined
  #received: Buffer | undefined

  static async open(
    port: number,
    onAnswer: OnAnswer,
    onFailure: (reason: string) => void,
  ): Promise<LoadConnection> {
    const connection = new LoadConnection()
    connection.#socket = await Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket: {
        data: (_socket, chunk) => connection.#receive(chunk, onAnswer),
        drain: () => connection.#flush(),
        close: () => onFailure('the server closed a connection'),
        error: (_socket, error) => onFailure(error.message),
      },
    })
    connection.#socket.setNoDelay(true)
    return connection
  }

  send(request: Uint8Array): void {
    this.#unsent = request
    this.#flush()
  }

  close(): void {
    this.#socket?.terminate()
  }

  #flush(): void {
    if (this.#unsent === undefined || this.#socket === undefined) return
    const written = this.#socket.write(this.#unsent)
    this.#unsent = written < this.#unsent.length ? this.#unsent.subarray(Math.max(written, 0)) : undefined
  }

  #receive(chunk: Buffer, onAnswer: OnAnswer): void {
    const bytes = this.#received === undefined ? chunk : Buffer.concat([this.#received, chunk])
    const headersEnd = bytes.indexOf(HEADERS_END)
    const head = headersEnd === -1 ? '' : bytes.toString('latin1', 0, headersEnd)
    const bodyBytes = Number(CONTENT_LENGTH.exec(head)?.[1] ?? 0)
    if (headersEnd === -1 || bytes.length < headersEnd + HEADERS_END.length + bodyBytes) {
      // The chunk's memory is the socket's again after this call.
      this.#received = Buffer.from(bytes)
      return
    }
    this.#received = undefined
    onAnswer(Number(head.slice(STATUS_AT, STATUS_AT + 3)))
  }
}
