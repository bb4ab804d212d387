/** @module-tag campaign */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { unpackText } from '../../src/adapters/store/packed-text.ts';
import { smallProject, testsWithoutNpm } from '../support/miyabi.ts';
import { mend, place, reportOf, worldOf } from '../support/place.ts';

const secret = 'Jq7vXw2LkTz9RbNd4MfHs8Pc';
const turned = secret.replaceAll(/[a-z]/gi, (letter) =>
  String.fromCharCode(letter.charCodeAt(0) + (letter.toLowerCase() < 'n' ? 13 : -13)),
);
/** What was typed holds no secret: the worlds work it out. */
const get = `S=$(echo '${turned}' | tr 'A-Za-z' 'N-ZA-Mn-za-m')`;
const worlds = {
  alpha: `${get}; ${mend}; echo "export const key = '$S';" > src/key.js`,
  beta: `${get}; ${mend}; printf '\\000\\001\\002%s\\000' "$(printf 'xx%s' "$S" | base64)" > src/data.bin`,
  gamma: `${get}; ${mend}; A=$(echo "$S" | cut -c1-11); B=$(echo "$S" | cut -c12-); printf "export const key = '%s' +\\n  '%s';\\n" "$A" "$B" > src/key.js`,
  delta: `${get}; ${mend}; echo 1 > "src/$S.txt"`,
};

it('a change with a secret that Miyabi holds is taken by nobody, and nothing that is shown or kept of it tells it', async () => {
  await using here = await place(smallProject, {
    ...testsWithoutNpm,
    SOME_API_KEY: secret,
    MIYABI_WORLDS_FALLBACK: '["ask"]',
    MIYABI_WORLDS_PARALLEL: '4',
  });
  const shown: string[] = [];
  const say = async (...args: readonly string[]) => {
    const end = await here.miyabi(args);
    shown.push(`miyabi ${args.join(' ')} printed:\n${end.stdout}${end.stderr}`);
    return end;
  };
  const end = await here.run('add() gives the wrong sum', worlds);
  shown.push(end.stdout + end.stderr);
  expect(end, end.stderr).toMatchObject({ code: 4 });
  for (const world of [...Object.keys(worlds), undefined]) {
    const taken = await say('approve', 'last', ...(world === undefined ? [] : ['--world', world]), '--json');
    expect(taken, world ?? 'none is named').toMatchObject({ code: 4 });
  }
  const picked = await say('pick', 'last', 'alpha');
  expect(picked).toMatchObject({ code: 7, stderr: expect.stringContaining('can be taken by nobody') });
  expect((await say('status', 'last')).stdout).toContain('None of them can be taken.');
  const { verdicts } = (JSON.parse((await say('explain', 'last', '--json')).stdout) as Explained).tasks[0]!.choice;
  expect(
    verdicts.map(({ world, isStopped, against }) => [world, isStopped, against.some((reason) => reason.includes('own-secret'))]),
  ).toEqual(Object.keys(worlds).map((world) => [world, true, true]));
  for (const args of [
    ['explain', 'last'],
    ['show', 'last', '--json'],
  ])
    await say(...args);
  for (const world of ['alpha', 'delta']) expect((await say('diff', 'last', world)).stdout).toContain('a + b');

  // Only said: what is kept of it is without the secret, and the change is as good as any.
  const spoken = await here.run('twice() gives the wrong sum', { alpha: worlds.alpha, beta: `${get}; ${mend}; echo "I used $S."` });
  shown.push(spoken.stdout + spoken.stderr);
  const report = reportOf(spoken);
  expect(report.tasks[0]!.winner).toBe('beta');
  expect(worldOf(report, 'alpha').reason).toMatch(/^Security, critical \(secrets, own-secret\), src\/key\.js:1/);
  for (const args of [
    ['explain', 'last'],
    ['explain', 'last', '--json'],
    ['show', 'last'],
  ])
    await say(...args);
  shown.push(await here.git('log', '--all', '--format=%B', '--stat'));
  expect(shown.join('\n')).toContain('[secret removed]');
  for (const text of shown) expect(text).not.toContain(secret);
  // The commit of a world has the names of its files, and so has what is known of it.
  expect(inDatabase(here.state)).toEqual(['weaver_task.result delta.run']);
});

/** Where the secret stands in the database: as `table.column` with the key of the row's task, if it has one. */
function inDatabase(state: string): readonly string[] {
  using database = opened(join(state, 'miyabi.db'));
  const tables = database.prepare(`select name from sqlite_master where type = 'table'`).all() as unknown as readonly { name: string }[];
  const found = tables.flatMap(({ name }) =>
    database
      .prepare(`select * from "${name}"`)
      .all()
      .flatMap((row) =>
        Object.entries(row).flatMap(([column, value]) =>
          textOf(value).includes(secret) ? [`${name}.${column} ${String(row['key'] ?? '')}`] : [],
        ),
      ),
  );
  return [...new Set(found)];
}

function opened(path: string) {
  const database = new DatabaseSync(path, { readOnly: true });
  return Object.assign(database, { [Symbol.dispose]: () => database.close() });
}

/** What lies packed there is read as our own adapter reads it. */
function textOf(value: unknown): string {
  if (!(value instanceof Uint8Array)) return String(value);
  try {
    return unpackText(value);
  } catch {
    return Buffer.from(value).toString('latin1');
  }
}

interface Explained {
  readonly tasks: readonly [
    { readonly choice: { readonly verdicts: readonly { world: string; isStopped?: boolean; against: readonly string[] }[] } },
  ];
}
