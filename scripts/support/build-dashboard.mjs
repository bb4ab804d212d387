import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * Links what browsers are given into one folder, which is emptied before.
 *
 * @param {string} root of the checkout; one without a dashboard has nothing to build.
 * @param {string} into
 * @returns {Promise<number>} the exit code of the linker; what goes wrong it says itself.
 */
export async function buildDashboard(root, into) {
  const config = path.join(root, 'dashboard/vite.config.ts');
  if (!existsSync(config)) return 0;
  const linker = path.join(root, 'node_modules/vite/bin/vite.js');
  const args = [linker, 'build', '--config', config, '--outDir', into, '--emptyOutDir', '--logLevel', 'warn'];
  // Whoever builds it out of a test would get the libraries as they are for tests.
  const env = { ...process.env, NODE_ENV: 'production' };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'close');
  return code ?? 1;
}
