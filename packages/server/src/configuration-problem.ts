/** Why a start is refused before anything was opened: one line for the operator. Never quotes a secret. */
export class ConfigurationProblem extends Error {
  override readonly name = 'ConfigurationProblem'
}
