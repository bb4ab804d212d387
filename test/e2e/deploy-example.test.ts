/** @module-tag campaign */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { deployStand } from '../support/deploy-stand.ts';
import { git } from '../support/miyabi.ts';

const example = fileURLToPath(new URL('../../examples/service', import.meta.url));
const secrets = { SHOP_KEY: 'for-releases-c81d', TARGET_KEY: 'for-targets-77ab', OWN_KEY: 'of-miyabi-e09f' } as const;

/** Exits with 0 when the release counts right, and sees nothing that it must not. */
const smoke = `test -z "$SHOP_KEY$TARGET_KEY$OWN_KEY" && node -e "
fetch(process.env.MIYABI_URL + '/workdays?from=2026-03-02&to=2026-03-13')
  .then((answer) => answer.json())
  .then(({ workdays }) => process.exit(workdays === 10 ? 0 : 1));"`;

it(
  'the example service goes out as its guide says: built and tried without secrets, run with its own alone',
  { timeout: 240_000 },
  async () => {
    await using stand = await deployStand({ env: secrets });
    const ran = join(stand.folder, 'ran.txt');
    await stand.configure({
      // As wherever nobody has configured anything: within walls.
      config: { isolation: 'auto' },
      project: { build: { command: 'env > built.txt' } },
      environments: [
        {
          name: 'production',
          target: { start: 'exec node src/main.js' },
          releaseSecrets: ['SHOP_KEY'],
          deploySecrets: ['TARGET_KEY'],
          smoke: { command: smoke },
          hooks: { contract: `env > ${ran}` },
        },
      ],
    });
    await cp(example, stand.project, { recursive: true });
    await git(stand.project, 'add', '--all');
    await git(stand.project, 'commit', '--quiet', '--message', 'The example');
    const good = await stand.deploy();
    expect(good.report, good.reasons).toMatchObject({ status: 'succeeded', deployments: [{ end: 'live', serving: 'r1' }] });
    const answer = await fetch(`${await stand.url()}/workdays?from=2026-03-02&to=2026-03-13`);
    expect(await answer.json()).toMatchObject({ workdays: 10 });
    const built = await readFile(join(await stand.kept(), 'releases/r1/built.txt'), 'utf8');
    for (const secret of Object.values(secrets)) expect(built).not.toContain(secret);
    const environment = await readFile(ran, 'utf8');
    expect(environment).toContain(secrets.SHOP_KEY);
    expect(environment).not.toMatch(new RegExp(`${secrets.TARGET_KEY}|${secrets.OWN_KEY}`));

    const source = join(stand.project, 'src/workdays.js');
    const text = await readFile(source, 'utf8');
    const wrong = text.replace('count += 1', 'count += 2');
    expect(wrong).not.toBe(text);
    await writeFile(source, wrong);
    await git(stand.project, 'commit', '--quiet', '--all', '--message', 'Counts twice');
    const bad = await stand.deploy();
    expect(bad.report, bad.reasons).toMatchObject({ status: 'failed', deployments: [{ end: 'refused', serving: 'r1' }] });
    expect(stand.deployments().at(-1)).toMatchObject({ verdict: { rule: 'smoke' }, servedAt: null });
    for (const end of [good.end, bad.end])
      for (const secret of Object.values(secrets)) expect(`${end.stdout}${end.stderr}`).not.toContain(secret);
  },
);
