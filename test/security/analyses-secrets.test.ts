import { describe, expect, test } from 'vitest';
import { findingsOn, verdictOn } from './analyses-stand.ts';

/** Made up, and put together here so that nobody's search for keys finds this file. */
const random = 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5hJ7k';
const pem = ['-----BEGIN RSA', ' PRIVATE KEY-----'].join('');
const body = Buffer.from(Array.from({ length: 120 }, (_, at) => (at * 73) % 251)).toString('base64');
const slack = ['xoxb', '123456789012', '1234567890123', 'abCdefghijklmn3pqrstuvwx'].join('-');

describe('secrets that are found', () => {
  test.each([
    ['a token of GitHub', `const t = 'ghp_${random.slice(0, 36)}';`, ['high github-token']],
    ['a token of GitHub that is too short', `const t = 'ghp_${random.slice(0, 34)}';`, ['high github-token']],
    ['an id of AWS', `aws = "${['AKIA', 'Z3MGQ4RT7NXPLW2K'].join('')}"`, ['high aws-access-key-id']],
    ['a passing id of AWS', `aws = "${['ASIA', 'Z3MGQ4RT7NXPLW2K'].join('')}"`, ['high aws-access-key-id']],
    ['a private key', `${pem}\n${body.slice(0, 64)}\n${body.slice(64)}\n-----END RSA PRIVATE KEY-----\n`, ['critical private-key']],
    ['a private key within a literal', `const key = "${pem}\\n${body.slice(0, 64)}\\n${body.slice(64)}\\n";`, ['critical private-key']],
    ['the first line of a key', `if (text.startsWith('${pem}')) read();`, ['high private-key-header']],
    ['a token of our own', `const t = 'miyabi_0123456789abcdef_${`${random}${random}`.slice(0, 43)}';`, ['high miyabi-token']],
    ['a token of Slack', `const bot = '${slack}';`, ['high slack-token']],
    [
      'a token of Slack behind a comment that switches secretlint off',
      `// secretlint-disable\nconst bot = '${slack}';`,
      ['high slack-token'],
    ],
    [
      'a key that only secretlint knows',
      `// secretlint-disable\nconst k = 'SG.${random.slice(0, 22)}.${`${random}${random}`.slice(3, 46)}';`,
      ['high known-key'],
    ],
    ['something random with the name of a secret', `const sessionSecret = '${random}';`, ['high assigned-secret']],
    [
      'something hexadecimal with the name of a secret',
      `API_KEY: "${Buffer.from(random).toString('hex').slice(0, 48)}"`,
      ['high assigned-secret'],
    ],
    ['a password in an address', `const url = 'https://admin:Xk29fjQm3z@intern.corp.io/repo';`, ['medium password-in-address']],
  ])('%s', async (_, text, verdict) => {
    expect(await verdictOn({ 'src/a.js': text })).toEqual(verdict);
  });

  test.each([
    ['an environment file', { '.env': 'MODE=production\n' }, ['high environment-file']],
    ['a file of keys', { 'deploy/id_ed25519': 'x' }, ['high key-file']],
    [
      'a value without quotes, where such files have none',
      { 'config/app.properties': `db.password=${random}\n` },
      ['high assigned-secret'],
    ],
    ['a token in the name of a file', { [`notes-ghp_${random.slice(0, 36)}.md`]: 'x' }, ['high github-token']],
  ])('%s', async (_, change, verdict) => {
    expect(await verdictOn(change)).toEqual(verdict);
  });

  test('a token in a message that goes with the change', async () => {
    const found = await findingsOn({}, { texts: [{ name: 'commit message', text: `Uses ghp_${random.slice(0, 36)}` }] });
    expect(found).toMatchObject([{ rule: 'github-token', path: 'commit message', line: 1 }]);
  });

  test('no finding holds the secret that it speaks of', async () => {
    const found = await findingsOn({
      'a.js': `const t = 'ghp_${random.slice(0, 36)}'; const secret = '${random}'; const bot = '${slack}';`,
    });
    expect(found.length).toBeGreaterThan(2);
    expect(JSON.stringify(found)).not.toContain(random.slice(4, 20));
    expect(JSON.stringify(found)).not.toContain(slack.slice(5, 20));
  });
});

describe('what is no secret, or none of this change', () => {
  test.each([
    [
      'one that the base has, moved to another line',
      { 'a.js': [`const t = 'ghp_${random.slice(0, 36)}';`, `\n\nconst t = 'ghp_${random.slice(0, 36)}';`] as const },
    ],
    ['one that is taken away', { 'a.js': [`const t = 'ghp_${random.slice(0, 36)}';`, ''] as const }],
    ['the example of AWS', { 'a.js': `const id = '${['AKIA', 'IOSFODNN7EXAMPLE'].join('')}';` }],
    ['a checksum in a lockfile', { 'Cargo.lock': ['version = 4\n', `version = 4\n# token = "${random}"\n`] as const }],
    ['a name that only speaks of a secret', { 'a.ts': "const tokenType = 'urn:ietf:params:oauth:token-type:jwt';" }],
    ['a value from elsewhere', { 'a.ts': 'const apiKey = config.providers.anthropic.apiKey1;' }],
    ['a placeholder', { 'a.ts': "const apiKey = 'your-api-key-1234567890abcdef';" }],
    ['a public key', { 'a.ts': `const publicKeyToken = '${random}';` }],
    ['a password of a server on the same machine', { 'README.md': 'postgres://postgres:postgres@localhost:5432/app' }],
    ['a template of an environment file', { '.env.example': 'API_KEY=your-key-here\n' }],
    ['words', { 'a.md': 'The token of a session is checked before a password is asked for.' }],
    ['an identifier', { 'a.ts': "const password = 'settings.account.password2.label';" }],
  ])('%s', async (_, change) => {
    expect(await verdictOn(change)).toEqual([]);
  });
});
