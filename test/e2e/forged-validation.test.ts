/** @module-tag campaign */
import { expect, it } from 'vitest';
import { place, reportOf, worldOf } from '../support/place.ts';

/**
 * Three is what another program relies on, so that no change of the limit is right; the report says otherwise in a world of its own. What
 * its script starts after the runner knows the key of its seal as well.
 */
const files = {
  'package.json': JSON.stringify({ name: 'forging', version: '1.0.0', type: 'module', scripts: { test: 'node --test; node forge.js' } }),
  'src/limit.js': 'export const limit = 3;\n',
  'test/limit.test.js': `import test from 'node:test';
import assert from 'node:assert';
import { limit } from '../src/limit.js';
test('the limit is four', () => assert.equal(limit, 4));
`,
  'test/elsewhere.test.js': `import test from 'node:test';
import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
test('another program relies on three', () => {
  const printed = execFileSync(process.execPath, ['-e', 'import("./src/limit.js").then((m) => console.log(m.limit))'], { encoding: 'utf8' });
  assert.equal(printed.trim(), '3');
});
`,
  'forge.js': `import { createHmac } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
if (process.env.MIYABI_WORLD !== 'alpha') process.exit();
const [, told, key] = /miyabi-reports:([^:\\s]+):([0-9a-f]+)/.exec(process.env.NODE_OPTIONS);
const prefix = decodeURIComponent(told);
for (const name of readdirSync(dirname(prefix)).filter((each) => each.startsWith(basename(prefix)))) {
  const path = join(dirname(prefix), name);
  const [text] = readFileSync(path, 'utf8').replaceAll('"status":"failed"', '"status":"passed"').split('\\n#sealed ');
  const seal = createHmac('sha256', Buffer.from(key, 'hex')).update(name.slice(basename(prefix).length) + '\\0' + text).digest('hex');
  writeFileSync(path, text + '\\n#sealed ' + seal + '\\n');
}
`,
};

it('a report that is forged while an agent tries its change does not get that change accepted', async () => {
  await using here = await place(files);
  const end = await here.miyabi(['run', 'The limit is wrong', '--worlds', '1', '--agent', 'repair', '--json']);
  expect(end.code).toBe(6);
  // That it was offered at all shows that the forged report was believed there.
  expect(worldOf(reportOf(end), 'alpha')).toMatchObject({ status: 'failed', reason: expect.stringContaining('breaks one test') });
  expect(await here.git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
});
