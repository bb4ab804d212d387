import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { miyabi } from '../support/miyabi.ts';
import { makeRepository, userGit } from '../support/repository.ts';
import { temporaryFolder } from '../support/temporary.ts';

it('a forge is made, written to and read again from the command line', async () => {
  await using temporary = await temporaryFolder();
  const place = { cwd: temporary.path, state: join(temporary.path, 'state') };
  const { head } = makeRepository(join(temporary.path, 'shop'), { 'ISSUE.md': '# Total is wrong\n\nFor 0 items.\n' });
  const folder = join(temporary.path, 'forge');

  const made = await miyabi(['forge', 'init', 'forge', '--repo', 'ada/shop', '--from', 'shop', '--json'], place);
  expect(made, made.stderr).toMatchObject({
    code: 0,
    lines: [{ type: 'forge.initialised', folder, repository: 'ada/shop', branch: 'main', commit: head }],
  });
  expect(userGit(join(folder, 'ada/shop.git'), 'rev-parse', 'main')).toBe(head);

  const written = await miyabi(['forge', 'issue', 'forge', 'ada/shop', 'shop/ISSUE.md', '--label', 'miyabi', 'bug'], place);
  expect(written, written.stderr).toMatchObject({ code: 0, stdout: `ada/shop#1: ${join(folder, 'ada/shop/issues/1.md')}` });
  expect(readFileSync(join(folder, 'ada/shop/issues/1.md'), 'utf8')).toMatch(
    /^---\ntitle: Total is wrong\nstate: open\nlabels:\n {2}- miyabi\n {2}- bug\n[\s\S]*\n---\n\nFor 0 items\.\n$/,
  );

  const [again, nowhere] = await Promise.all([
    miyabi(['forge', 'init', 'forge', '--repo', 'ada/shop'], place),
    miyabi(['forge', 'issue', 'forge', 'ada/none', 'Words'], place),
  ]);
  expect([again.code, nowhere.code]).toEqual([2, 7]);
  expect(again.stderr).toContain('exists already');
});
