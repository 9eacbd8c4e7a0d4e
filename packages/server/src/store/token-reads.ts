import type { Kysely } from 'kysely'
import type { Audience, Generation, NamedToken, TokenId, TokenLine } from '../authority/named-token.ts'
import type { TokenReads } from '../authority/ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import { audienceCode, lineColumns } from './codes.ts'
import { generationFromRow, namedTokenFromRow } from './rows.ts'
import type { Schema } from './schema.ts'
import { isOfLine, livingTokens } from './token-lines.ts'

export function tokenReads(db: Kysely<Schema>): TokenReads {
  const ofLine = ({ tenantId, audience, subject }: TokenLine) => {
    const columns = lineColumns({ tenantId, audience, subject })
    return livingTokens(db)
      .where('named_tokens.tenant_id', '=', columns.tenant_id)
      .where('named_tokens.audience', '=', columns.audience)
      .where('named_tokens.subject_kind', '=', columns.subject_kind)
      .where('named_tokens.subject_id', '=', columns.subject_id)
  }
  const ofTenant = (tenantId: TenantId, audience: Audience) =>
    livingTokens(db)
      .where('named_tokens.tenant_id', '=', tenantId)
      .where('named_tokens.audience', '=', audienceCode(audience))

  return {
    async find(tenantId, audience, id): Promise<NamedToken | undefined> {
      const row = await ofTenant(tenantId, audience)
        .where('named_tokens.id', '=', id)
        .selectAll('named_tokens')
        .executeTakeFirst()
      return row && namedTokenFromRow(row)
    },

    async findByName(line, name): Promise<NamedToken | undefined> {
      const row = await ofLine(line)
        .where('named_tokens.name', '=', name)
        .selectAll('named_tokens')
        .executeTakeFirst()
      return row && namedTokenFromRow(row)
    },

    async list(line): Promise<readonly TokenId[]> {
      const rows = await ofLine(line).select('named_tokens.id').orderBy('named_tokens.name').execute()
      // Safe as a brand: the column is written from a TokenId.
      return rows.map(({ id }) => id as TokenId)
    },

    async listAll(tenantId, audience): Promise<readonly TokenId[]> {
      const rows = await ofTenant(tenantId, audience)
        .select('named_tokens.id')
        .orderBy('named_tokens.subject_kind')
        .orderBy('named_tokens.subject_id')
        .orderBy('named_tokens.name')
        .execute()
      // Safe as a brand: the column is written from a TokenId.
      return rows.map(({ id }) => id as TokenId)
    },

    async currentGeneration(line): Promise<Generation | undefined> {
      const row = await db
        .selectFrom('token_lines')
        .select(['generation', 'generation_kid', 'generation_salt'])
        .where(isOfLine(lineColumns(line)))
        .executeTakeFirst()
      return row && generationFromRow(row)
    },
  }
}
