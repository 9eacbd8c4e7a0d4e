/** Whether what this node remembers may be believed at this very moment: asked after a verdict's last await. */
export interface Trust {
  /** Compares the monotonic clock with the lease's deadline itself; a timer's flag would lie after SIGSTOP. */
  isCurrent(): boolean
}
