import type {
  Audience,
  Generation,
  KeyReference,
  NamedToken,
  TokenId,
  TokenLine,
} from '../authority/named-token.ts'
import type { TokenWrites } from '../authority/ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import { lineKey, tokenKey } from '../change.ts'
import { removeCredentialOf } from './account-credentials.ts'
import { audienceCode, lineColumns } from './codes.ts'
import { insertOnLine } from './insert-token.ts'
import { flag, generationFromRow, generationKeyColumns, metadataText, namedTokenFromRow } from './rows.ts'
import { removeSessionOf } from './session-writes.ts'
import { scheduleSweep } from './sweeps.ts'
import { createLine, FIRST_EPOCH, holdLine, isAlive, isOfLine } from './token-lines.ts'
import { storedName } from './token-names.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export function tokenWrites(unit: UnitOfWork): TokenWrites {
  return {
    async insert(token): Promise<void> {
      if (await insertOnLine(unit, token)) return
      await createLine(unit, token.line)
      if (!(await insertOnLine(unit, token)))
        throw new Error('a token line vanished while its subject was held')
    },

    async setRevoked(tenantId, audience, id, isRevoked): Promise<boolean> {
      const { numUpdatedRows } = await updateLiving(unit, tenantId, audience, id)
        .set((eb) => ({ is_revoked: flag(isRevoked), version: eb('version', '+', 1) }))
        .where('is_revoked', '!=', flag(isRevoked))
        .executeTakeFirstOrThrow()
      if (numUpdatedRows === 0n) return isLiving(unit, tenantId, audience, id)
      unit.recordChange({ kind: 'token', tenantId, key: tokenKey(audience, id) })
      return true
    },

    async rename(tenantId, audience, id, name): Promise<boolean> {
      const { numUpdatedRows } = await updateLiving(unit, tenantId, audience, id)
        .set({ name: storedName(audience, id, name) })
        .executeTakeFirstOrThrow()
      return numUpdatedRows > 0n
    },

    async setCustomMetadata(tenantId, audience, id, metadata): Promise<boolean> {
      const { numUpdatedRows } = await updateLiving(unit, tenantId, audience, id)
        .set({ custom_metadata: metadataText(metadata) })
        .executeTakeFirstOrThrow()
      return numUpdatedRows > 0n
    },

    async countUse(tenantId, audience, id): Promise<NamedToken | undefined> {
      const row = await updateLiving(unit, tenantId, audience, id)
        .set((eb) => ({ usage_count: eb('usage_count', '+', 1) }))
        .returningAll()
        .executeTakeFirst()
      return row && namedTokenFromRow(row)
    },

    async remove(tenantId, audience, id): Promise<boolean> {
      const { numDeletedRows } = await unit.db
        .deleteFrom('named_tokens')
        .where('tenant_id', '=', tenantId)
        .where('audience', '=', audienceCode(audience))
        .where('id', '=', id)
        .where(isAlive)
        .executeTakeFirstOrThrow()
      if (numDeletedRows === 0n) return false
      if (audience === 'astra') await removeCredentialOf(unit, tenantId, id)
      if (audience === 'sdwan') await removeSessionOf(unit, tenantId, id)
      unit.recordChange({ kind: 'token', tenantId, key: tokenKey(audience, id) })
      return true
    },

    async raiseEpoch(line): Promise<void> {
      let raised = await nextEpoch(unit, line)
      if (raised === undefined) {
        // Nothing was ever issued on this line, so there is nothing to kill; but an import that comes later must find
        // that its tokens were deleted here.
        if (await createLine(unit, line, FIRST_EPOCH + 1)) return
        raised = await nextEpoch(unit, line)
      }
      if (raised === undefined) throw new Error('a token line vanished while its subject was held')
      await scheduleSweep(unit, { ...lineColumns(line), below_epoch: raised })
      unit.recordChange({ kind: 'epoch', tenantId: line.tenantId, key: lineKey(line) })
    },

    async ensureGeneration(line, key): Promise<Generation> {
      const present = generationFromRow(await holdLine(unit, line))
      return present ?? nextGeneration(unit, line, key)
    },

    async raiseGeneration(line, key): Promise<Generation> {
      await holdLine(unit, line)
      unit.recordChange({ kind: 'generation', tenantId: line.tenantId, key: lineKey(line) })
      return nextGeneration(unit, line, key)
    },
  }
}

function updateLiving(unit: UnitOfWork, tenantId: TenantId, audience: Audience, id: TokenId) {
  return unit.db
    .updateTable('named_tokens')
    .where('tenant_id', '=', tenantId)
    .where('audience', '=', audienceCode(audience))
    .where('id', '=', id)
    .where(isAlive)
}

async function isLiving(
  unit: UnitOfWork,
  tenantId: TenantId,
  audience: Audience,
  id: TokenId,
): Promise<boolean> {
  const row = await unit.db
    .selectFrom('named_tokens')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('audience', '=', audienceCode(audience))
    .where('id', '=', id)
    .where(isAlive)
    .executeTakeFirst()
  return row !== undefined
}

/** @returns the epoch that begins; `undefined` when the line has no row yet */
async function nextEpoch({ db }: UnitOfWork, line: TokenLine): Promise<number | undefined> {
  const raised = await db
    .updateTable('token_lines')
    .set((eb) => ({ epoch: eb('epoch', '+', 1) }))
    .where(isOfLine(lineColumns(line)))
    .returning('epoch')
    .executeTakeFirst()
  return raised?.epoch
}

async function nextGeneration(unit: UnitOfWork, line: TokenLine, key: KeyReference): Promise<Generation> {
  const { generation } = await unit.db
    .updateTable('token_lines')
    .set((eb) => ({
      generation: eb('generation', '+', 1),
      ...generationKeyColumns(key),
    }))
    .where(isOfLine(lineColumns(line)))
    .returning('generation')
    .executeTakeFirstOrThrow()
  return { number: generation, key }
}
