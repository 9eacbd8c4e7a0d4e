import type { RelationEnd } from '../../failure.ts'
import type { WireError } from './wire-error.ts'

/** The catalogue, relations part: ids, statuses and texts are the wire format of Onezone 21.02.7. */

export function relationAlreadyExists(child: RelationEnd, parent: RelationEnd): WireError {
  const relation = isSupport(child, parent) ? 'is already supported by' : 'is already a member of'
  return {
    status: 409,
    id: 'relationAlreadyExists',
    details: relationDetails(child, parent, ({ kind }) => kind),
    description: `Bad value: ${endText(child)} ${relation} ${endText(parent)}.`,
  }
}

export function relationDoesNotExist(child: RelationEnd, parent: RelationEnd): WireError {
  const relation = isSupport(child, parent) ? 'is not supported by' : 'is not a member of'
  return {
    status: 400,
    id: 'relationDoesNotExist',
    // Here the types are told by their internal names.
    details: relationDetails(child, parent, ({ kind }) => `od_${kind}`),
    description: `Bad value: ${endText(child)} ${relation} ${endText(parent)}.`,
  }
}

export const protectedGroup: WireError = {
  status: 403,
  id: 'protectedGroup',
  description: 'Specified group is protected and cannot be deleted.',
}

/** Onezone refuses only a group's membership in itself; a circle through others is the same thing, further away. */
export const cannotAddRelationToSelf: WireError = {
  status: 400,
  id: 'cannotAddRelationToSelf',
  description: 'Cannot add relation to self.',
}

export function cannotRemoveLastOwner(spaceId: string): WireError {
  return {
    status: 400,
    id: 'cannotRemoveLastOwner',
    details: { entityId: spaceId, entityType: 'od_space' },
    description:
      'Cannot remove the last owner - another owner must be assigned first. ' +
      'Ownership can be granted to any direct or effective member.',
  }
}

function relationDetails(
  child: RelationEnd,
  parent: RelationEnd,
  typeOf: (end: RelationEnd) => string,
): NonNullable<WireError['details']> {
  return {
    childId: child.onezoneId,
    childType: typeOf(child),
    parentId: parent.onezoneId,
    parentType: typeOf(parent),
  }
}

function isSupport(child: RelationEnd, parent: RelationEnd): boolean {
  return child.kind === 'space' && parent.kind === 'provider'
}

function endText({ kind, onezoneId }: RelationEnd): string {
  return `${kind}:${onezoneId}`
}
