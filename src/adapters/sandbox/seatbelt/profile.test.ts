import { describe, expect, test } from 'vitest';
import { seatbeltProfile } from './profile.ts';
import type { SeatbeltPlace } from './profile.ts';

const place: SeatbeltPlace = {
  readable: ['/Users/ada/.nvm', '/Users/ada/state/mirrors/a.git/objects'],
  writable: ['/Users/ada/state/worlds/r/t/alpha/tree'],
  protected: ['/Users/ada/state/worlds/r/t/alpha/tree/.git'],
  hidden: ['/Users/ada/state', '/Users/ada'],
  proxyPort: undefined,
};

/** The rules of a profile as nested lists, read as the language is: lists, words, strings with backslashes. */
type Rule = string | readonly Rule[];
function readRules(text: string): readonly Rule[] {
  const tokens = [...text.matchAll(/[()]|"(?:[^"\\]|\\.)*"|[^\s()"]+/g)].map(([token]) => token);
  expect(text.replaceAll(/[()]|"(?:[^"\\]|\\.)*"|[^\s()"]+|\s+/g, '')).toBe('');
  const stack: Rule[][] = [[]];
  for (const token of tokens) {
    if (token === '(') stack.push([]);
    else if (token === ')') {
      const done = stack.pop() ?? [];
      stack.at(-1)?.push(done);
    } else stack.at(-1)?.push(token.startsWith('"') ? token.slice(1, -1).replaceAll(/\\(.)/g, '$1') : token);
  }
  expect(stack).toHaveLength(1);
  return stack[0] ?? [];
}

/** What the profile answers for a file operation: of the rules that fit, the last one. */
function decide(profile: string, operation: string, path: string): string {
  let decision = 'deny';
  for (const each of readRules(profile)) {
    if (!Array.isArray(each) || (each[0] !== 'allow' && each[0] !== 'deny')) continue;
    const [verb, ...rest] = each as Rule[];
    const operations = rest.filter((part) => typeof part === 'string');
    const filters = rest.filter((part): part is readonly Rule[] => typeof part !== 'string');
    if (!operations.some((one) => one === operation || (one.endsWith('*') && operation.startsWith(one.slice(0, -1))))) continue;
    const fits = filters.some(([kind, at]) => at === path || (kind === 'subpath' && path.startsWith(`${String(at)}/`)));
    if (filters.length === 0 || fits) decision = String(verb);
  }
  return decision;
}

describe('the profile of a world', () => {
  const profile = seatbeltProfile(place);
  const [tree] = place.writable;

  test('denies what it does not name', () => {
    expect(readRules(profile).slice(0, 2)).toEqual([
      ['version', '1'],
      ['deny', 'default'],
    ]);
    expect(profile).not.toMatch(/allow (?:default|network\*|mach\*|file-read\*\)|file-write\*\)|network-outbound\))/);
  });

  test.each([
    ['/usr/lib/libSystem.dylib', 'allow', 'deny'],
    ['/private/etc/ssl/cert.pem', 'allow', 'deny'],
    ['/private/etc/master.passwd', 'deny', 'deny'],
    ['/Users/ada/.ssh/id_ed25519', 'deny', 'deny'],
    ['/Users/ada/Library/Keychains/login.keychain-db', 'deny', 'deny'],
    ['/Library/Keychains/System.keychain', 'deny', 'deny'],
    ['/Users/ada/.nvm/versions/node/bin/node', 'allow', 'deny'],
    ['/Users/ada/.nvmrc', 'deny', 'deny'],
    ['/Users/ada/state/miyabi.db', 'deny', 'deny'],
    ['/Users/ada/state/mirrors/a.git/objects/pack/x', 'allow', 'deny'],
    ['/Users/ada/state/mirrors/a.git/config', 'deny', 'deny'],
    ['/Users/ada/state/worlds/r/t/beta/tree/a', 'deny', 'deny'],
    [`${tree}/src/a.js`, 'allow', 'allow'],
    [`${tree}/.git/config`, 'allow', 'deny'],
    [`${tree}/.git`, 'allow', 'deny'],
    [`${tree}/.gitignore`, 'allow', 'allow'],
    ['/dev/ttys001', 'deny', 'deny'],
    ['/private/tmp/x', 'deny', 'deny'],
  ])('%s: reading %s, writing %s', (path, read, write) => {
    expect([decide(profile, 'file-read-data', path), decide(profile, 'file-write-create', path)]).toEqual([read, write]);
  });

  test('lets programs look at the folders that lead to theirs, and no more', () => {
    const shown = ['/Users', '/Users/ada', '/Users/ada/state/worlds/r/t/alpha'];
    expect(shown.map((path) => decide(profile, 'file-read-metadata', path))).toEqual(['allow', 'allow', 'allow']);
    expect(shown.map((path) => decide(profile, 'file-read-data', path))).toEqual(['deny', 'deny', 'deny']);
    expect(decide(profile, 'file-read-metadata', '/Users/ada/Documents')).toBe('deny');
  });

  test('keeps a folder that leads to something protected where it is', () => {
    const inner = seatbeltProfile({ ...place, protected: [`${tree}/packages/one/.git`] });
    for (const path of [tree, `${tree}/packages`, `${tree}/packages/one`])
      expect(decide(inner, 'file-write-unlink', path ?? '')).toBe('deny');
    expect(decide(inner, 'file-write-unlink', `${tree}/packages/two`)).toBe('allow');
    expect(decide(inner, 'file-write-create', `${tree}/packages/new`)).toBe('allow');
  });

  test('speaks of real paths where macOS has links', () => {
    const temporary = seatbeltProfile({ ...place, writable: ['/var/folders/x/T/world', '/tmp/other', '/variable'] });
    expect(decide(temporary, 'file-write-create', '/private/var/folders/x/T/world/a')).toBe('allow');
    expect(decide(temporary, 'file-write-create', '/private/tmp/other/a')).toBe('allow');
    expect(decide(temporary, 'file-write-create', '/variable/a')).toBe('allow');
    expect(decide(temporary, 'file-read-metadata', '/var/folders/x/T')).toBe('allow');
    expect(decide(temporary, 'file-read-metadata', '/private/var/folders')).toBe('allow');
  });

  test('has no network, or the port of the proxy alone', () => {
    expect(profile).not.toContain('remote ip');
    const lines = seatbeltProfile({ ...place, proxyPort: 4711 })
      .split('\n')
      .filter((line) => line.includes(' ip '));
    expect(lines).toEqual(['(allow network-outbound (remote ip "localhost:4711"))']);
  });

  test.each([['a"b'], ['a\\b'], ['a\\"b'], [String.raw`x\"))(allow default)("`], ['ä ü'], ['a)b(c'], [';comment'], ['a\u2028b']])(
    'a path with %j is a string and nothing else',
    (name) => {
      const odd = seatbeltProfile({ ...place, writable: [`/Users/ada/${name}`], protected: [`/Users/ada/${name}/.git`] });
      expect(decide(odd, 'file-write-create', `/Users/ada/${name}/file`)).toBe('allow');
      expect(readRules(odd)).toHaveLength(readRules(profile).length);
      expect(readRules(odd)).not.toContainEqual(['allow', 'default']);
    },
  );

  test.each([['a\nb'], ['a\0b'], ['a\u007fb']])('a path with %j is refused', (name) => {
    expect(() => seatbeltProfile({ ...place, readable: [`/Users/${name}`] })).toThrow(/cannot be named in a sandbox profile/);
  });

  test('a rule about nothing is left out: it would be about everything', () => {
    const bare = seatbeltProfile({ readable: [], writable: [], protected: [], hidden: [], proxyPort: undefined });
    const open = readRules(bare)
      .slice(2)
      .map((each) => JSON.stringify(each))
      .filter((text) => /file-(?:read|write)|network/.test(text) && !/subpath|literal/.test(text));
    expect(open).toEqual([]);
    expect(decide(bare, 'file-write-create', '/Users/ada/a')).toBe('deny');
  });
});
