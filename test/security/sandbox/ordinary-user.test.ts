import { execFileSync } from 'node:child_process';
import { chownSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary.ts';

const user = 65_533;
const asUser = ['setpriv', '--reuid', String(user), '--regid', String(user), '--clear-groups'];
const inNamespace = ['unshare', '--map-current-user', '--keep-caps', '--mount'];
const missing = whyNot();

/** Root becomes an ordinary user for these; who is one already runs all other tests as one. */
function whyNot(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root can become an ordinary user';
  try {
    execFileSync('setpriv', [...asUser.slice(1), process.execPath, '-e', `require('fs').accessSync('${import.meta.filename}')`], {
      stdio: 'ignore',
    });
    return undefined;
  } catch {
    return 'an ordinary user cannot read this folder';
  }
}

test.for([
  ['', [], 'there'],
  [' with a user namespace of its own, whose mounts are seen', inNamespace, 'mounted'],
] as const)('an ordinary user has worlds in bubblewrap too%s', async ([, around, how], context) => {
  context.skip(missing !== undefined, `not run here: ${missing}`);
  await using folder = await temporaryFolder();
  chownSync(folder.path, user, user);
  const program = fileURLToPath(new URL('./ordinary-user-program.ts', import.meta.url));
  const [command, ...args] = [...asUser, ...around, process.execPath, program, folder.path, how];
  const said: unknown = JSON.parse(execFileSync(command, args, { encoding: 'utf8', env: { PATH: '/usr/bin:/bin', HOME: folder.path } }));
  context.skip(typeof said === 'object' && said !== null && 'missing' in said, `not run here: ${JSON.stringify(said)}`);
  expect(said).toEqual({
    end: { kind: 'exited', code: 0 },
    stdout: `${how === 'mounted' ? 'of the base' : ''}no capabilities\n${user}\n`,
    stderr: how === 'mounted' ? '' : 'cat: file: No such file or directory\n',
    own: 'own\n',
    base: 'of the base',
  });
});
