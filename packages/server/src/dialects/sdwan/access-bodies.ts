import { members } from './body.ts'
import { flag, text } from './values.ts'

/**
 * What is sent to log in (Prisma SD-WAN, login). The name may be a username too. Without a password it is the question
 * whether a login elsewhere has come to its end; there are none of those here.
 */
export const loginBody = members(
  { email: text({ min: 1, max: 1000 }) },
  {
    password: text({ min: 1, max: 1000 }),
    requestId: text({ min: 1, max: 200 }),
    logout_others: flag(),
  },
)
