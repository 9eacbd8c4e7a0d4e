import { describe, expect, test } from 'bun:test'
import { operations } from '@jeton/server/onezone-operations'
import { editDistance } from '../src/onezone-rest-cli/find-operation.ts'
import { run } from '../src/onezone-rest-cli/run.ts'
import { CapturedTerminal, type Session } from './support/captured-terminal.ts'

const HOST = 'https://zone.example.org'
const env = { ONEZONE_HOST: HOST }
const SECRET = 'MDAxSECRET'

async function rest(args: readonly string[], session: Session = { env }) {
  const terminal = new CapturedTerminal(session)
  const exit = await run(args, terminal)
  return { exit, out: terminal.out, err: terminal.err }
}

/** The curl command of a dry run. */
async function curlOf(args: readonly string[], session: Session = { env }): Promise<string> {
  const { exit, out, err } = await rest(['--dry-run', ...args], session)
  expect({ exit, err }).toEqual({ exit: 0, err: '' })
  return out
}

describe('a command line becomes a request:', () => {
  test.each([
    [['getCurrentUser'], `-X GET '${HOST}/api/v3/onezone/user'`],
    [['getNamedToken', 'id=t1'], `-X GET '${HOST}/api/v3/onezone/tokens/named/t1'`],
    [['getNamedToken', 'id=a/b c?#%'], `'${HOST}/api/v3/onezone/tokens/named/a%2Fb%20c%3F%23%25'`],
    [['getNamedToken', 'id=MDA=='], "/tokens/named/MDA%3D%3D'"],
    [['getNamedTokenOfUserByName', 'id=u', 'name=x:=1'], "/users/u/tokens/named/name/x%3A%3D1'"],
    [['createUser', 'fullName==Ann'], `--data-raw '{"fullName":"Ann"}'`],
    [['createUser', 'fullName==a=b'], `--data-raw '{"fullName":"a=b"}'`],
    [['createUser', 'fullName==a:=b"'], `--data-raw '{"fullName":"a:=b\\""}'`],
    [['createUser', "fullName==O'Neil"], `--data-raw '{"fullName":"O'\\''Neil"}'`],
    [['createUser', 'fullName=='], `--data-raw '{"fullName":""}'`],
    [['createUser', 'fullName==a\nb'], `--data-raw '{"fullName":"a\\nb"}'`],
    [['toggleUserAccessBlock', 'id=u', 'blocked:=true'], `--data-raw '{"blocked":true}'`],
    [
      ['confineToken', 'token==t', 'caveats:=[{"type":"time","validUntil":12345678901234567890}]'],
      `--data-raw '{"token":"t","caveats":[{"type":"time","validUntil":12345678901234567890}]}'`,
    ],
    [['confineToken', 'token==t'], `-H 'Content-Type: application/json'`],
    [['getCurrentUser', 'X-Auth-Token:abc'], `-H 'X-Auth-Token: abc'`],
    [['getCurrentUser', 'X-Auth-Token: abc'], `-H 'X-Auth-Token: abc'`],
    [['getCurrentUser', 'X-Onedata-Consumer-Token:a=b'], `-H 'X-Onedata-Consumer-Token: a=b'`],
    [['-H', 'Macaroon: abc', 'getCurrentUser'], `-H 'Macaroon: abc'`],
    [['-u', 'ada:pass word', 'getCurrentUser'], `-u 'ada:pass word'`],
    [['-uada:x', 'getCurrentUser'], `-u 'ada:x'`],
    [['--user=ada:x=y', 'getCurrentUser'], `-u 'ada:x=y'`],
    [['-u', 'ada', 'getCurrentUser'], `-u 'ada'`],
    [['-k', 'getCurrentUser'], 'curl -sS -k -X GET'],
    [['getCurrentUser', '-sSk'], 'curl -sS -k -X GET'],
    [['-vvv', 'getCurrentUser'], 'curl -sS -v -X GET'],
    [['getCurrentUser', '-i', '--cacert', '/my ca.pem', '-m', '2.5'], `-i --cacert '/my ca.pem' -m 2.5`],
    [['-ct', 'json', '-ac', 'application/json', '-g', '-nc', 'getCurrentUser'], 'curl -sS -X GET'],
    [['getCurrentUser', '--host', 'http://127.0.0.1:1/'], `'http://127.0.0.1:1/api/v3/onezone/user'`],
    [['--host=https://proxy/zone/', 'getCurrentUser'], `'https://proxy/zone/api/v3/onezone/user'`],
  ])('%j', async (args, part) => {
    expect(await curlOf(args)).toContain(part)
  })

  test('the body of standard input goes out as it came in', async () => {
    const input = '{"token": "t", "caveats": [{"type": "time", "validUntil": 1e2}]}\n'
    expect(await curlOf(['confineToken', '-'], { env, input })).toContain(`--data-raw '${input.trim()}'`)
  })

  test('a request without a body has no content type', async () => {
    expect(await curlOf(['createUser'])).not.toContain('Content-Type')
  })

  test('a field that the operation does not have is sent, and complained of', async () => {
    const { exit, out, err } = await rest(['--dry-run', 'modifyCurrentUser', 'fullName==A B', 'nick==x'])
    expect(exit).toBe(0)
    expect(out).toContain('{"fullName":"A B","nick":"x"}')
    expect(err).toBe('onezone-rest-cli: modifyCurrentUser has no field nick; servers ignore it.\n')
  })
})

describe('who asks is', () => {
  const token = { ...env, ONEZONE_API_KEY: SECRET }
  const password = { ...env, ONEZONE_BASIC_AUTH: `ada:${SECRET}` }

  test.each([
    ['nobody', env, [], "curl -sS -X GET 'https"],
    ['ONEZONE_API_KEY', token, [], `-H "X-Auth-Token: $ONEZONE_API_KEY"`],
    ['ONEZONE_BASIC_AUTH', password, [], `-u "$ONEZONE_BASIC_AUTH"`],
    [
      'ONEZONE_API_KEY, with both set',
      { ...password, ...token },
      [],
      `-X GET -H "X-Auth-Token: $ONEZONE_API_KEY" 'https`,
    ],
    [
      '-u, whatever the environment has',
      { ...password, ...token },
      ['-u', 'bob:x'],
      `-X GET -u 'bob:x' 'https`,
    ],
    [
      'a header, whatever the environment has',
      { ...password, ...token },
      ['Authorization:Bearer y'],
      `-X GET -H 'Authorization: Bearer y' 'https`,
    ],
    [
      'ONEZONE_API_KEY beside another header',
      token,
      ['X-Onedata-Service-Token:s'],
      `-H "X-Auth-Token: $ONEZONE_API_KEY" -H 'X-Onedata-Service-Token: s'`,
    ],
    [
      'nobody, with empty variables',
      { ...env, ONEZONE_API_KEY: '', ONEZONE_BASIC_AUTH: '' },
      [],
      "curl -sS -X GET 'https",
    ],
  ])('%s', async (_, environment, args, part) => {
    const curl = await curlOf(['getCurrentUser', ...args], { env: environment })
    expect(curl).toContain(part)
    expect(curl).not.toContain(SECRET)
  })
})

describe('a command line that is wrong ends with status 2 and a sentence:', () => {
  test.each([
    [[], 'No operation is named.'],
    [['getnamedtoken', 'id=1'], 'Did you mean getNamedToken?'],
    [['get_named_token', 'id=1'], 'Did you mean getNamedToken?'],
    [['getNamedTokn', 'id=1'], 'Did you mean getNamedToken'],
    [['getCurrentUSer'], 'Did you mean getCurrentUser?'],
    [['configuration'], 'Did you mean getConfiguration?'],
    [['xyzzy'], 'There is no operation xyzzy.'],
    [['getNamedToken'], 'getNamedToken needs id.'],
    [['getNamedTokenOfUserByName'], 'Add: id=VALUE name=VALUE'],
    [['getNamedToken', 'id='], "id cannot be ''."],
    [['getNamedToken', 'id=..'], "id cannot be '..'."],
    [['getNamedToken', 'id=.'], "id cannot be '.'."],
    [['getNamedToken', 'id=1', 'id=2'], 'id is given twice.'],
    [['getNamedToken', 'id=1', 'x=2'], 'getNamedToken has no parameter x. It has id.'],
    [['getCurrentUser', 'x=2'], 'getCurrentUser has no parameter x. It has none.'],
    [['getCurrentUser', 'x==2'], 'getCurrentUser takes no body.'],
    [['getCurrentUser', '-'], 'getCurrentUser takes no body.'],
    [['createUser', 'fullName=x'], 'Write fullName==TEXT or fullName:=JSON.'],
    [['modifyNamedToken', 'id==x'], 'modifyNamedToken needs id.'],
    [['modifyNamedToken', 'id=1', 'id==x'], 'Write id=VALUE.'],
    [['createUser', 'fullName==x', 'fullName==y'], 'fullName is given twice.'],
    [['toggleUserAccessBlock', 'id=u', 'blocked:=yes'], 'blocked:= is followed by is not JSON.'],
    [['createUser', 'fullName==x', '-'], 'not both'],
    [['createUser', '-'], 'What is on standard input is not JSON.'],
    [['createUser', `=${SECRET}`], 'An argument is of no form'],
    [['getCurrentUser', 'X-Auth-Token:'], 'The header X-Auth-Token has no value'],
    [['getCurrentUser', `X-Auth-Token:a\n${SECRET}`], 'The header X-Auth-Token has no value'],
    [['-H', 'nonsense', 'getCurrentUser'], 'The header nonsense has no value'],
    [['-H', 'a b: c', 'getCurrentUser'], 'A header is written NAME:VALUE'],
    [['--host'], '--host needs a value.'],
    [['getCurrentUser', '-u'], '-u needs a value.'],
    [['-u', `:${SECRET}`, 'getCurrentUser'], '-u names no user.'],
    [['-u', 'ada', 'getCurrentUser'], 'There is no password for ada.'],
    [[`--passwd=${SECRET}`, 'getCurrentUser'], 'There is no option --passwd.'],
    [[`-x${SECRET}`, 'getCurrentUser'], 'There is no option -x.'],
    [['-kx', 'getCurrentUser'], 'There is no option -x.'],
    [['--dry-run=yes', 'getCurrentUser'], 'There is no option --dry-run.'],
    [['-ct', 'xml', 'getCurrentUser'], '-ct can only be json'],
    [['-m', 'soon', 'getCurrentUser'], 'a number of seconds'],
    [['-m', '0', 'getCurrentUser'], 'a number of seconds'],
    [['--cacert', '/nowhere.pem', 'getCurrentUser'], '/nowhere.pem cannot be read'],
    [['--host', 'zone.example.org', 'getCurrentUser'], 'Write it with its scheme'],
    [['--host', 'ftp://zone.example.org', 'getCurrentUser'], 'Write it with its scheme'],
    [['--host', `https://ada:${SECRET}@zone.example.org`, 'getCurrentUser'], 'more than an address'],
    [['completion'], 'Completion is for bash and zsh.'],
    [['completion', 'fish'], 'Completion is for bash and zsh.'],
    [['completion', 'bash', 'zsh'], 'completion takes one word'],
    [['nothing', '--help'], 'There is no operation nothing.'],
  ])('%j', async (args, sentence) => {
    const { exit, out, err } = await rest(args)
    expect({ exit, out }).toEqual({ exit: 2, out: '' })
    expect(err).toContain(sentence)
    expect(err).toStartWith('onezone-rest-cli: ')
    expect(err).not.toContain(SECRET)
  })

  test.each([
    [{}, 'No server is named.'],
    [{ ONEZONE_HOST: '' }, 'No server is named.'],
    [{ ONEZONE_HOST: 'zone' }, 'ONEZONE_HOST is not the address of a server.'],
    [{ ...env, ONEZONE_API_KEY: `two ${SECRET}` }, 'ONEZONE_API_KEY holds something that is in no token.'],
    [{ ...env, ONEZONE_BASIC_AUTH: SECRET }, 'ONEZONE_BASIC_AUTH is to be NAME:PASSWORD.'],
    [{ ...env, ONEZONE_BASIC_AUTH: `:${SECRET}` }, 'ONEZONE_BASIC_AUTH names no user.'],
  ])('with the environment %j', async (environment, sentence) => {
    const { exit, err } = await rest(['getCurrentUser'], { env: environment })
    expect(exit).toBe(2)
    expect(err).toContain(sentence)
    expect(err).not.toContain(SECRET)
  })
})

describe('help', () => {
  test('lists every operation once, with its summary', async () => {
    const { exit, out } = await rest(['--help'], {})
    expect(exit).toBe(0)
    for (const { name, summary } of operations) {
      expect(out.match(new RegExp(`^  ${name} +${summary.replaceAll(/[()]/g, '.')}$`, 'gm'))).toHaveLength(1)
    }
  })

  test('of an operation shows its path and its body', async () => {
    const { exit, out } = await rest(['createNamedTokenForUser', '-h'], {})
    expect(exit).toBe(0)
    expect(out).toBe(`Usage: onezone-rest-cli [options] createNamedTokenForUser id=VALUE name==TEXT [fields]
       onezone-rest-cli [options] createNamedTokenForUser id=VALUE - < BODY.json

Create a named token for a user.
POST /api/v3/onezone/users/{id}/tokens/named

Path:
  id=VALUE  required

Body:
  name==TEXT            text, required
  caveats:=JSON         list of caveats
  customMetadata:=JSON  object
  privileges:=JSON      list of carried privileges
  revoked:=JSON         boolean
  type:=JSON            object
  usageLimit:=JSON      integer or "infinity"
`)
  })

  test.each(operations.map(({ name }) => [name]))('of %s can be had', async (name) => {
    const { exit, out, err } = await rest([name, '--help'], {})
    expect({ exit, err }).toEqual({ exit: 0, err: '' })
    expect(out).toStartWith(`Usage: onezone-rest-cli [options] ${name}`)
    expect(out).not.toContain('undefined')
  })

  test('the version names the release of the API', async () => {
    expect((await rest(['--version'], {})).out).toMatch(
      /^onezone-rest-cli \S+ \(Onezone API \d+\.\d+\.\d+\)\n$/,
    )
  })
})

test('the names of operations are unique', () => {
  expect(new Set(operations.map(({ name }) => name)).size).toBe(operations.length)
})

test.each([
  ['token', 'token', 0],
  ['token', 'tokn', 1],
  ['tokne', 'token', 2],
  ['', 'abc', 3],
  ['abc', 'xyz', 3],
])('from %j to %j it takes %i letters', (from, to, distance) => {
  expect(editDistance(from, to, 5)).toBe(distance)
  expect(editDistance(to, from, 5)).toBe(distance)
})

/** What a shell offers for the words of a command line, the last of which is being typed. */
async function completed(words: readonly string[]): Promise<readonly string[]> {
  const script = (await rest(['completion', 'bash'], {})).out
  const line = ['onezone-rest-cli', ...words].map((word) => `'${word}'`).join(' ')
  const child = Bun.spawn(
    [
      'bash',
      '-uc',
      `${script}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length}; _onezone_rest_cli; printf '%s\\n' "\${COMPREPLY[@]-}"`,
    ],
    { stdout: 'pipe', stderr: 'pipe' },
  )
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()])
  expect(err).toBe('')
  return out.split('\n').filter((word) => word !== '')
}

describe('completion in bash', () => {
  test.each([
    [['getNamedTokenSt'], ['getNamedTokenStatus']],
    [['compl'], ['completion']],
    [
      ['completion', ''],
      ['bash', 'zsh'],
    ],
    [['getNamedToken', ''], ['id=']],
    [['getNamedTokenOfUserByName', 'na'], ['name=']],
    [
      ['confineToken', ''],
      ['caveats:=', 'token==', '-'],
    ],
    [['toggleUserAccessBlock', 'b'], ['blocked:=']],
    [['--dry'], ['--dry-run']],
    [['getNamedToken', '--hel'], ['--help']],
    [['-u', 'ada', 'getNamedToken', ''], ['id=']],
    [['--host', ''], []],
    [['-u', 'getN'], []],
    [['-k', 'getHea'], ['getHealth']],
    [['getHealth', ''], []],
    [['nothing', ''], []],
  ])('%j', async (words, offered) => {
    expect(await completed(words)).toEqual(offered)
  })

  test('offers every operation', async () => {
    expect(await completed([''])).toEqual([...operations.map(({ name }) => name), 'completion'])
  })

  test('registers itself, twice without harm', async () => {
    const { out } = await rest(['completion', 'bash'], {})
    const child = Bun.spawn(['bash', '-c', `${out}\n${out}\ncomplete -p onezone-rest-cli`], {
      stdout: 'pipe',
    })
    expect(await child.stdout.text()).toBe('complete -F _onezone_rest_cli onezone-rest-cli\n')
  })
})

describe('completion in zsh', () => {
  test('has every operation with its summary', async () => {
    const { out } = await rest(['completion', 'zsh'], {})
    expect(out).toStartWith('#compdef onezone-rest-cli\n')
    for (const { name, summary } of operations) expect(out).toContain(`'${name}:${summary}'`)
  })

  test.skipIf(Bun.which('zsh') === null)('is a script that zsh reads', async () => {
    const { out } = await rest(['completion', 'zsh'], {})
    const check = `autoload -U compinit && compinit -D -u\n${out}\nprint $_comps[onezone-rest-cli]`
    const child = Bun.spawn(['zsh', '-fc', check], { stdout: 'pipe', stderr: 'pipe' })
    const [printed, err] = await Promise.all([child.stdout.text(), child.stderr.text()])
    expect({ printed, err }).toEqual({ printed: '_onezone_rest_cli\n', err: '' })
  })
})
