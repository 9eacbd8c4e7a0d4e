import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ADMINISTRATOR, type ServerProcess, startServer } from '../packages/server/testing/server-process.ts'

/**
 * A day in the life of a zone, played with what people have at hand: the command line and curl. The tests of this file
 * are its chapters, each going on from the one before.
 */

// Each chapter starts processes, on machines that may be busy with other things.
setDefaultTimeout(60_000)

const BIN = join(import.meta.dir, '../packages/cli/bin')
const dataFolder = mkdtempSync(join(tmpdir(), 'jeton-scenario-'))
let server: ServerProcess

beforeAll(async () => {
  server = await startServer({ dataFolder })
}, 60_000)
afterAll(async () => {
  await server.stop()
  rmSync(dataFolder, { recursive: true, force: true })
})

/** Who is at the keyboard. */
interface Person {
  readonly id: string
  readonly password: string
}

type Json = Readonly<Record<string, unknown>>

interface Finished {
  readonly exit: number
  readonly out: string
}

/** Runs that script in a bash of its own; `$API` is where the server has its API. */
async function bash(script: string, basicAuth: string): Promise<Finished> {
  const child = Bun.spawn(['bash', '-o', 'pipefail', '-c', script], {
    cwd: dataFolder,
    env: {
      PATH: `${BIN}:${process.env['PATH'] ?? ''}`,
      HOME: dataFolder,
      API: `${server.url}/api/v3/onezone`,
      JETON_URL: server.url,
      ONEZONE_HOST: server.url,
      ONEZONE_BASIC_AUTH: basicAuth,
    },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, exit] = await Promise.all([child.stdout.text(), child.exited])
  return { exit, out }
}

const administrator = `${ADMINISTRATOR.username}:${ADMINISTRATOR.password}`

/** The JSON that a script prints which succeeds. */
async function json(script: string, who = administrator): Promise<Json> {
  const { exit, out } = await bash(script, who)
  expect({ script, exit, out }).toEqual({ script, exit: 0, out: expect.any(String) })
  return out === '' ? {} : JSON.parse(out)
}

/** The id of what a call created. */
async function created(call: string, who = administrator): Promise<string> {
  const { exit, out } = await bash(`onezone-rest-cli -i ${call}`, who)
  expect({ call, exit, out }).toEqual({ call, exit: 0, out: expect.any(String) })
  return /^location: \S+\/([^/\s]+)$/m.exec(out)?.[1] ?? ''
}

/** The id of the error that a call is refused with, and of the one inside. */
async function refusal(call: string, who = administrator): Promise<string> {
  const { exit, out } = await bash(`onezone-rest-cli ${call}`, who)
  expect({ call, exit }).toEqual({ call, exit: 1 })
  const { error } = JSON.parse(out)
  return [error.id, error.details?.authError?.id].filter((id) => id !== undefined).join(' ')
}

const login = (name: string, { password }: Person) => `${name}:${password}`
const text = (answer: Json, key: string) => String(answer[key])
const quoted = (value: unknown) => `'${JSON.stringify(value)}'`

describe('a zone', () => {
  const people: Record<string, Person> = {}
  const who = (name: string): string => {
    const person = people[name]
    if (person === undefined) throw new Error(`nobody is called ${name} yet`)
    return login(name, person)
  }
  const idOf = (name: string): string => people[name]?.id ?? ''
  const provider = { id: '', rootToken: '', identity: '' }
  let spaceId = ''
  let jobToken = ''
  let guestInvite = ''

  test('has people', async () => {
    for (const name of ['olga', 'mia', 'gero', 'guest']) {
      const password = `the password of ${name}`
      const id = await created(`createUser username==${name} password=='${password}'`)
      people[name] = { id, password }
    }
  })

  test('gets a provider: the administrator invites, and the provider registers with curl', async () => {
    const invite = { inviteToken: { inviteType: 'registerOneprovider', adminUserId: idOf('olga') } }
    const { token } = await json(
      `onezone-rest-cli createNamedTokenForCurrentUser name==registration usageLimit:=1 type:=${quoted(invite)}`,
    )
    const registration = quoted({
      token,
      name: 'Krakow',
      adminEmail: 'admin@krakow.example.org',
      subdomainDelegation: false,
      domain: 'krakow.example.org',
    })
    const register = `curl -sS --fail-with-body -H 'Content-Type: application/json' -d ${registration} $API/providers`
    const registered = await json(register)
    provider.id = text(registered, 'providerId')
    provider.rootToken = text(registered, 'providerRootToken')
    const again = await bash(register, administrator)
    expect(again.exit).not.toBe(0)
    expect(JSON.parse(again.out)).toMatchObject({ error: { id: 'inviteTokenUsageLimitReached' } })
    expect(
      await json(`curl -sS --fail-with-body -H 'X-Auth-Token: ${provider.rootToken}' $API/provider`),
    ).toMatchObject({
      providerId: provider.id,
      name: 'Krakow',
    })
    expect(await json('onezone-rest-cli ozProvidersList')).toEqual({ providers: [provider.id] })
  })

  test('has a space, into which its owner invites two groups and no third', async () => {
    spaceId = await created('createUserSpace name==Gamma', who('olga'))
    const invite = { inviteToken: { inviteType: 'groupJoinSpace', spaceId } }
    const { token, tokenId } = await json(
      `onezone-rest-cli createNamedTokenForCurrentUser name=='for two groups' usageLimit:=2 type:=${quoted(invite)}`,
      who('olga'),
    )
    const join = (groupId: string) => `groupJoinSpace id=${groupId} token==${String(token)}`
    const groups: string[] = []
    for (const name of ['One', 'Two', 'Three']) {
      groups.push(await created(`createUserGroup name=='Group ${name}'`, who('gero')))
    }
    const [one = '', two = '', three = ''] = groups
    expect(await refusal(join(one), who('guest'))).toBe('forbidden')
    for (const group of [one, two]) expect(await created(join(group), who('gero'))).toBe(spaceId)
    expect(await refusal(join(three), who('gero'))).toBe('inviteTokenUsageLimitReached')
    expect(await json(`onezone-rest-cli getNamedToken id=${String(tokenId)}`, who('olga'))).toMatchObject({
      metadata: { usageCount: 2, usageLimit: 2 },
    })
    // Mia comes into the space by a group.
    await created(`addGroupUser id=${one} uid=${idOf('mia')}`)
    expect(await json('onezone-rest-cli listEffectiveUserSpaces', who('mia'))).toEqual({ spaces: [spaceId] })
  })

  test('is told that the provider keeps the data of the space', async () => {
    const put =
      `curl -sS --fail-with-body -u "$ONEZONE_BASIC_AUTH" -X PUT -H 'Content-Type: application/json' ` +
      `-d '{"readonly": false}' $JETON_URL/v1/onezone/spaces/${spaceId}/supports/${provider.id}`
    expect(await json(put)).toEqual({})
  })

  test('has a member who confines a token to one folder and one network for a job', async () => {
    const { token } = await json('onezone-rest-cli createNamedTokenForCurrentUser name==job', who('mia'))
    const folder = Buffer.from(`/${spaceId}/job`).toString('base64')
    const body = {
      token,
      caveats: [
        { type: 'data.path', whitelist: [folder] },
        { type: 'ip', whitelist: ['192.0.2.0/24'] },
      ],
    }
    const confined = await json(`echo ${quoted(body)} | onezone-rest-cli confineToken -`, who('mia'))
    jobToken = text(confined, 'token')
    expect(await json(`onezone-rest-cli examineToken token==${jobToken}`)).toMatchObject({
      caveats: body.caveats,
    })
    // It is good for data, and for nothing else.
    const call = `curl -sS -o /dev/null -w '"%{http_code}"' -H 'X-Auth-Token: ${jobToken}' $API/user`
    expect((await bash(call, '')).out).toBe('"401"')
  })

  /** What the provider does with every request that the job makes. */
  const verifyJob = async (peerIp: string): Promise<Json> => {
    const body = { token: jobToken, serviceToken: provider.identity, peerIp, allowDataAccessCaveats: true }
    const { out } = await bash(
      `curl -sS -H 'Content-Type: application/json' -d ${quoted(body)} $API/tokens/verify_access_token`,
      '',
    )
    return JSON.parse(out)
  }

  test('has a provider that verifies the token with its own, from inside the network and outside', async () => {
    const made = await json(
      `curl -sS --fail-with-body -H 'X-Auth-Token: ${provider.rootToken}' -H 'Content-Type: application/json' ` +
        `-d '{"name": "service", "type": {"identityToken": {}}}' $API/provider/tokens/named`,
    )
    provider.identity = text(made, 'token')
    expect(await verifyJob('192.0.2.17')).toEqual({ subject: { type: 'user', id: idOf('mia') }, ttl: null })
    expect(await verifyJob('198.51.100.1')).toMatchObject({
      error: { id: 'tokenCaveatUnverified', details: { caveat: { type: 'ip' } } },
    })
  })

  test('has an administrator who blocks the member: everything of hers is refused', async () => {
    const groupId = await created('createUserGroup name==Visitors', who('mia'))
    const invite = { inviteToken: { inviteType: 'userJoinGroup', groupId } }
    guestInvite = text(
      await json(
        `onezone-rest-cli createNamedTokenForCurrentUser name==visitors type:=${quoted(invite)}`,
        who('mia'),
      ),
      'token',
    )
    expect(await json(`onezone-rest-cli toggleUserAccessBlock id=${idOf('mia')} blocked:=true`)).toEqual({})
    expect(await verifyJob('192.0.2.17')).toMatchObject({ error: { id: 'userBlocked' } })
    expect(await refusal('getCurrentUser', who('mia'))).toBe('unauthorized userBlocked')
    expect(await refusal(`joinGroup token==${guestInvite}`, who('guest'))).toBe(
      'inviteTokenSubjectNotAuthorized',
    )
    expect(await refusal(`confineToken token==${jobToken} caveats:='[]'`)).toBe('userBlocked')
    expect(await refusal(`createNamedTokenForUser id=${idOf('mia')} name==new`)).toBe('userBlocked')
    // The provider and everybody else go on.
    expect(await json('onezone-rest-cli getCurrentUser', who('gero'))).toMatchObject({ username: 'gero' })
  })

  test('and unblocks her: everything works again but what is bound to a session', async () => {
    expect(await json(`onezone-rest-cli toggleUserAccessBlock id=${idOf('mia')} blocked:=false`)).toEqual({})
    expect(await verifyJob('192.0.2.17')).toMatchObject({ subject: { id: idOf('mia') } })
    expect(await json('onezone-rest-cli getCurrentUser', who('mia'))).toMatchObject({ blocked: false })
    await created(`joinGroup token==${guestInvite}`, who('guest'))
    const ofSession = quoted({ accessToken: { sessionId: 'an old session' } })
    expect(await refusal(`createNamedTokenForCurrentUser name==session type:=${ofSession}`, who('mia'))).toBe(
      'tokenSessionInvalid',
    )
  })
})
