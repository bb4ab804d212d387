import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Names the folder of what the tests of a run share. */
export const sharedFolder = 'MIYABI_TEST_BROWSER';

/** A folder for what tests with a browser make once and all look at; gone with the run. */
export default function setup(): () => void {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'miyabi-browser-')));
  process.env[sharedFolder] = folder;
  return () => {
    delete process.env[sharedFolder];
    rmSync(folder, { recursive: true, force: true });
  };
}
