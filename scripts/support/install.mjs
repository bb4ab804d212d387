/** The slow half of `setup.mjs`: installs under a lock, so that two shells may begin at once. Runs on Node 18. */
import { spawn } from 'node:child_process';
import { existsSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';

/**
 * @param {string} root the project's folder
 * @param {() => 'dependencies' | 'node' | undefined} missing asked again once the lock is held: another shell may have done it
 * @returns {Promise<string | undefined>} undefined when everything is there, else a sentence for the person
 */
export function install(root, missing) {
  return withLock(path.join(root, '.setup-lock'), async (signal) => {
    if (missing() === 'dependencies') {
      const failure = await installDependencies(root, signal);
      if (failure !== undefined) return failure;
    }
    return missing() === 'node' ? bringNode(root, signal) : undefined;
  });
}

async function installDependencies(root, signal) {
  // No install script of any package runs; the one that is wanted (Node itself) is called by name below.
  const ended = await withProgress('Installing what Miyabi needs with npm ci (once, some 1.6 GB on disk)', () =>
    run('npm', ['ci', '--ignore-scripts', '--include=dev', '--loglevel=error', '--no-audit', '--no-fund'], root, signal),
  );
  if (ended.kind !== 'done') return because(ended, root, 'npm ci');
  const now = new Date();
  utimesSync(path.join(root, 'node_modules/.package-lock.json'), now, now);
  return undefined;
}

async function bringNode(root, signal) {
  const folder = path.join(root, 'node_modules/node');
  const ended = await withProgress(`Bringing along Node 24 (this machine has ${process.versions.node})`, () =>
    run(process.execPath, ['installArchSpecificPackage.js'], folder, signal),
  );
  const brought = path.join(folder, 'bin/node');
  if (ended.kind !== 'done' || !existsSync(brought)) return because(ended, root, 'npm install node');
  const tried = await run(brought, ['--version'], root, signal);
  if (tried.kind === 'done') {
    // npm links programs only where they exist when it installs; npm scripts find Node 24 by this link.
    const link = path.join(root, 'node_modules/.bin/node');
    rmSync(link, { force: true });
    symlinkSync('../node/bin/node', link);
    return undefined;
  }
  return `The Node 24 that npm brought does not run on this system (${process.platform} ${process.arch}): install Node 24 yourself and run the same command again.`;
}

/** Says what begins and how it ended, and every 15 s that it still goes on. */
async function withProgress(sentence, work) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  console.error(`${sentence} ...`);
  const reminder = setInterval(() => console.error(`  still at it after ${seconds()} s`), 15_000);
  try {
    const ended = await work();
    if (ended.kind === 'done') console.error(`  done in ${seconds()} s`);
    return ended;
  } finally {
    clearInterval(reminder);
  }
}

/**
 * Runs a program to its end, without a shell. The folder that is about to be replaced is taken out of PATH, so that
 * npm never runs on a Node that it deletes.
 */
function run(program, args, cwd, signal) {
  const PATH = (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((entry) => !entry.endsWith('node_modules/.bin'))
    .join(path.delimiter);
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, PATH }, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve(signal?.aborted ? { kind: 'cancelled' } : { kind: 'not-started', error }));
    child.on('close', (code, killedBy) => resolve(code === 0 ? { kind: 'done' } : { kind: 'failed', killedBy, output }));
  });
}

/** Why it failed and what to do, in a sentence or two; npm's own words only where the reason is not known. */
function because(ended, root, command) {
  const again = 'then run the same command again';
  if (ended.kind === 'cancelled') return 'The installation was interrupted: run the same command again to finish it.';
  if (ended.kind === 'not-started') {
    return `Could not start npm (${ended.error.message}): install npm, which comes with Node (https://nodejs.org), ${again}.`;
  }
  const output = ended.output ?? '';
  if (/\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED)\b/.test(output)) {
    return `${command} could not reach the package registry: check the network (or npm's proxy and registry settings), ${again}.`;
  }
  if (/\bENOSPC\b/.test(output)) return `${command} found no room left on the disk: free about 2 GB, ${again}.`;
  if (/\b(?:EACCES|EROFS|EPERM)\b/.test(output))
    return `${command} may not write to ${root}/node_modules: give yourself the right to, ${again}.`;
  const words = output.trim().split('\n').slice(-12).join('\n');
  return `${command} failed${ended.killedBy ? ` (ended by ${ended.killedBy})` : ''}; what it said last:\n${words}\nMend that, ${again}.`;
}
