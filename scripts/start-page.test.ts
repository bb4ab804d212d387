/** @module-tag campaign */
import { chmodSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { usersEnvironment } from '../test/support/miyabi.ts';
import { launcher } from '../test/support/launcher.ts';
import { shellBlocks } from './testing/code-blocks.ts';
import { projectRoot, runProgram } from './testing/run-program.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const page = readFileSync(path.join(projectRoot, 'docs/start.md'), 'utf8');

test('every command of the first page works, one after the other, and the defect is gone at the end', async () => {
  const home = temporaryFolder({ 'bin/miyabi': `#!/bin/sh\nexec '${process.execPath}' '${launcher}' "$@"\n` });
  chmodSync(path.join(home, 'bin/miyabi'), 0o755);
  const script = shellBlocks(page)
    .map((block, at) => `echo '== ${at + 1}'\n${block}`)
    .join('\n');
  const environment = usersEnvironment();
  const ended = await runProgram('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: home,
    env: {
      ...environment,
      HOME: home,
      XDG_STATE_HOME: path.join(home, 'state'),
      XDG_CONFIG_HOME: path.join(home, 'config'),
      PATH: `${home}/bin:${environment['PATH']}`,
    },
  });
  expect(ended, `${ended.stdout}\n${ended.stderr}`).toMatchObject({ code: 0 });
  const [, , ran = '', explained = '', diff = '', merged = '', seen = ''] = ended.stdout.split(/^== \d+\n/m);
  expect(ran).toContain('miyabi/run_');
  expect(explained).toContain('alpha won');
  expect(diff).toMatch(/^-.*let at = 1;.*\n\+.*let at = 0;/m);
  expect(merged).toMatch(/# pass 3|pass 3/);
  expect(seen).toContain('worlds.count = 5');
}, 300_000);
