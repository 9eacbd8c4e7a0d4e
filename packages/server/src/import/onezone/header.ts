import { id, integer, text, time } from './field-kinds.ts'
import { BadRecord, Fields } from './fields.ts'
import { readObject } from './read-record.ts'

/** The one version of the format that this program reads. */
export const EXPORT_VERSION = 1

/** The file is no export, or none that this version reads. Nothing was written. */
export class NotAnExport extends Error {
  override readonly name = 'NotAnExport'
}

/** The first line of an export. @throws {NotAnExport} */
export function readHeader(line: string | undefined): void {
  try {
    read(line ?? '')
  } catch (cause) {
    if (!(cause instanceof BadRecord)) throw cause
    throw new NotAnExport(`Line 1 is not the head of an export: ${cause.message}.`, { cause })
  }
}

function read(line: string): void {
  const { record, ...rest } = readObject(line)
  if (record !== 'export') throw new BadRecord('record must be export')
  const fields = new Fields(rest)
  const version = fields.required('version', integer(1, Number.MAX_SAFE_INTEGER))
  if (version !== EXPORT_VERSION) {
    throw new NotAnExport(
      `The export is of version ${version} of the format, and this program reads version ${EXPORT_VERSION}. ` +
        'A later version of the program may read it. Nothing was written.',
    )
  }
  fields.optional('zone', text)
  fields.optional('zoneId', id)
  fields.optional('exportedAt', time)
  fields.end()
}
