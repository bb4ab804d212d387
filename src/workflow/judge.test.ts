import { expect, test } from 'vitest';
import type { Script } from '../../test/support/scripted-provider/scripted-provider.ts';
import type { WorldName } from '../domain/world.ts';
import { judgeLevel } from './judge.ts';
import { roleStand } from './testing/role-stand.ts';

/** Three changes of one base, each with a word of its own. */
async function judged(
  script: Script,
  names: readonly WorldName[] = ['alpha', 'beta'],
  roles: readonly ['judge'] | readonly [] = ['judge'],
) {
  await using stand = await roleStand({ roles, script });
  const { repository, git, mirror } = stand.git;
  const worlds = [];
  for (const world of names) {
    repository.git('checkout', '--quiet', '--detach', repository.head);
    const commit = repository.commit({ 'src/cart.js': `export const total = '${world}';\n` });
    await git.mirror(mirror.path, repository.root, commit);
    worlds.push({ world, commit });
  }
  const result = await judgeLevel(stand.tools, stand.context, { base: repository.head, worlds });
  return { ...result, requests: stand.requests.slice() };
}

/** Prefers changes by the first of these words. */
function preferring(...order: readonly string[]): Script {
  return ({ text }) => {
    const at = (name: string): number =>
      order.findIndex((word) => new RegExp(`begin ${name} change[^]*?\\+export const total = '${word}'[^]*?end ${name} change`).test(text));
    return { say: JSON.stringify({ better: at('first') < at('second') ? 'first' : 'second', reason: 'it rounds' }) };
  };
}

test('what is preferred in both orders is told, with the reason', async () => {
  const { judge, notes, costMicroUsd, requests } = await judged(preferring('beta', 'alpha'));
  expect(judge).toEqual({
    model: 'local/scripted',
    asked: ['alpha', 'beta'],
    preferred: 'beta',
    words: ['alpha and beta: beta is better. it rounds.'],
  });
  expect(notes).toEqual([]);
  expect(costMicroUsd).toBe(20_000);
  expect(requests.map(({ text }) => text.indexOf("'alpha'") < text.indexOf("'beta'"))).toEqual([true, false]);
  expect(requests[0]?.text).not.toMatch(/begin (alpha|beta)/);
});

test('of three, the one that is better than the others', async () => {
  const { judge, requests } = await judged(preferring('gamma', 'alpha', 'beta'), ['alpha', 'beta', 'gamma']);
  expect(judge?.preferred).toBe('gamma');
  expect(judge?.words).toHaveLength(3);
  expect(requests).toHaveLength(6);
});

test('a judge that always takes the first prefers nobody', async () => {
  const { judge } = await judged(() => ({ say: '{"better":"first","reason":"x"}' }));
  expect(judge).toMatchObject({ preferred: undefined, words: ['alpha and beta: the answer depends on which is shown first.'] });
});

test('a judge that cannot tell, goes in a circle, or says nothing of use prefers nobody', async () => {
  const unsure = await judged(() => ({ say: '{"better":"neither","reason":"the same"}' }));
  expect(unsure.judge).toMatchObject({ preferred: undefined, words: ['alpha and beta: neither is better.'] });
  const circle = await judged(
    (request) =>
      request.text.includes("'alpha'") && request.text.includes("'gamma'")
        ? preferring('gamma', 'alpha')(request)
        : preferring('alpha', 'beta', 'gamma')(request),
    ['alpha', 'beta', 'gamma'],
  );
  expect(circle.judge?.preferred).toBeUndefined();
  const silent = await judged(() => ({ say: 'Both are lovely.' }));
  expect(silent.judge).toMatchObject({
    preferred: undefined,
    words: [`alpha and beta: ${silent.notes.join(' ')}`],
  });
  expect(silent.notes).toEqual([
    expect.stringMatching(/^The model's judgement was not usable \(it holds no JSON object.*\): rules instead\.$/),
  ]);
});

test('nobody is asked where no model is configured, or nothing is to be judged', async () => {
  const script: Script = () => ({ fail: 500 });
  expect(await judged(script, ['alpha', 'beta'], [])).toMatchObject({ judge: undefined, requests: [] });
  expect(await judged(script, ['alpha'])).toMatchObject({ judge: undefined, requests: [] });
});
