import { onezoneApi } from '../src/dialects/onezone/openapi.ts'
import { routes } from '../src/dialects/onezone/routes.ts'
import { type CheckedAnswer, DocumentChecker, type DocumentOperation } from './document-checker.ts'

const checker = new DocumentChecker({
  api: onezoneApi(),
  routes,
  base: '/api/v3/onezone',
  // Refused credentials: the one answer with a body that does not say what it is.
  isTypeFine: (sent, _, { status }) => sent === null && status === 401,
  ofNoOperation: [],
})

export const onezoneDocument = checker.document

/** Holds an answer of the Onezone API against its document. @throws {NotAsDocumented} */
export function checkAgainstDocument(method: string, url: string, answer: CheckedAnswer): void {
  checker.check(method, url, answer)
}

/** Whether the document takes that body. @returns what is wrong with it, if anything */
export function complaintAboutBody(operation: DocumentOperation, body: unknown): string | undefined {
  return checker.complaintAboutBody(operation, body)
}
