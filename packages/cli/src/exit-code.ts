/** What the process's exit status says. Scripts depend on it: a number never changes its meaning. */
export const exitCodes = {
  done: { code: 0, meaning: 'done' },
  failed: { code: 1, meaning: 'the server refused, or the command failed here' },
  usage: { code: 2, meaning: 'the command line or its input is wrong; nothing was sent' },
  noAnswer: { code: 3, meaning: 'no server answered, or it cannot answer now; a repeat is safe' },
  tokenRefused: { code: 4, meaning: 'token verify: the token is not accepted' },
  credentials: { code: 5, meaning: 'credentials are missing, unsafe or not accepted' },
  interrupted: { code: 130, meaning: 'interrupted with Ctrl-C' },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>

export type ExitName = keyof typeof exitCodes
