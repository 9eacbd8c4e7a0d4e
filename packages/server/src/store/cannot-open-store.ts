/** Why a start ends here: the message says to the operator what is wrong and what to do. */
export class CannotOpenStore extends Error {
  override readonly name = 'CannotOpenStore'
}
