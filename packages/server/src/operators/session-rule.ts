/** Which rule of sessions and static tokens a command breaks. Closed: their API says each of them by its code. */
export type SessionRule =
  /** The caller's session was ended, or he was shut out, after he had got in. */
  | 'session_cannot_mint'
  /** The tenant has no such operator, or he is shut out. */
  | 'operator_unknown'
  /** The caller may not act for that operator. */
  | 'subject_not_permitted'
  /** Over already, or later than is allowed. */
  | 'expiry_invalid'
  | 'too_many_tokens'
  /** What the installation has made is not for operators to end. */
  | 'system_owned'
  /** Neither an id nor a name of any of the tenant's. */
  | 'custom_role_unknown'
  /** More than the caller may himself. */
  | 'roles_exceed_caller'
  /** There is none of that id, or none any more: of static tokens and of other sessions. */
  | 'session_unknown'

/** Which rule of its tenant a new password breaks. */
export type PasswordRule =
  | 'too_short'
  | 'too_long'
  | 'too_few_lower_case_letters'
  | 'too_few_upper_case_letters'
  | 'too_few_numbers'
  | 'too_few_special_characters'
  | 'like_identity'
  | 'used_before'
