import type { Kysely } from 'kysely'
import type { Audience, Generation, NamedToken, TokenId, TokenLine } from '../authority/named-token.ts'
import type { TokenReads } from '../authority/ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import { audienceCode, lineColumns } from './codes.ts'
import { generationFromRow, namedTokenFromRow } from './rows.ts'
import type { Schema } from './schema.ts'
import { isAlive, isAliveOnLine, isOfLine } from './token-lines.ts'

export function tokenReads(db: Kysely<Schema>): TokenReads {
  const ofLine = (line: TokenLine) => db.selectFrom('named_tokens').where(isAliveOnLine(lineColumns(line)))
  const ofTenant = (tenantId: TenantId, audience: Audience) =>
    db
      .selectFrom('named_tokens')
      .where('tenant_id', '=', tenantId)
      .where('audience', '=', audienceCode(audience))
      .where(isAlive)

  return {
    async find(tenantId, audience, id): Promise<NamedToken | undefined> {
      const row = await ofTenant(tenantId, audience).where('id', '=', id).selectAll().executeTakeFirst()
      return row && namedTokenFromRow(row)
    },

    async findByName(line, name): Promise<NamedToken | undefined> {
      const row = await ofLine(line).where('name', '=', name).selectAll().executeTakeFirst()
      return row && namedTokenFromRow(row)
    },

    async list(line): Promise<readonly TokenId[]> {
      const rows = await ofLine(line).select('id').orderBy('name').execute()
      // Safe as a brand: the column is written from a TokenId.
      return rows.map(({ id }) => id as TokenId)
    },

    async listAll(tenantId, audience): Promise<readonly TokenId[]> {
      const rows = await ofTenant(tenantId, audience)
        .select('id')
        .orderBy('subject_kind')
        .orderBy('subject_id')
        // One per subject; named so that the order is the index's and nothing is left to sort.
        .orderBy('epoch')
        .orderBy('name')
        .execute()
      // Safe as a brand: the column is written from a TokenId.
      return rows.map(({ id }) => id as TokenId)
    },

    async currentGeneration(line): Promise<Generation | undefined> {
      const row = await db
        .selectFrom('token_lines')
        .select(['generation', 'generation_kid', 'generation_salt', 'generation_sealed_secret'])
        .where(isOfLine(lineColumns(line)))
        .executeTakeFirst()
      return row && generationFromRow(row)
    },
  }
}
