import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderDigest } from '../../src/adapters/deploy/folder-digest.ts';
import type { CommitId } from '../../src/domain/ids.ts';
import type { DeployableRelease } from '../../src/ports/deployer.ts';

/** How a service behaves; healthy, quick and without errors unless told otherwise. */
export interface ServiceBehaviour {
  /** Exits once it has answered so many health checks; 0: before it listens. Started again it counts anew. */
  readonly diesAfterChecks?: number;
  /** Answers 503 to every health check after so many. */
  readonly sickAfterChecks?: number;
  /** What the first health checks are answered; the later ones are good. */
  readonly checks?: readonly ('ok' | 'fail')[];
  /** Of all requests but health checks this share (0 to 1) is answered 500, evenly spread. */
  readonly errorShare?: number;
  /** How long each answer but that to a health check takes, in ms. */
  readonly answerMs?: number;
  /** Listens only so many ms after its start. */
  readonly startsAfterMs?: number;
  /** Another commit than its own, as an old process would say. */
  readonly saysCommit?: string;
  /** Exits with code 1 so many ms after its start. */
  readonly exitsAfterMs?: number;
  /** Does not end when it is asked to. */
  readonly ignoresTerm?: boolean;
  /** Does not answer anything, health checks included. */
  readonly hangs?: boolean;
  /** Versions of the database that it knows: fails whatever it is asked while the file at `DATABASE` holds another one. */
  readonly schemas?: readonly number[];
}

/** To be handed to `sh -c` in the folder of a service: the `start` of a `process` target. */
export const serviceStart = 'exec node server.js';

/**
 * Writes a small service into a folder: `/healthz` with `commit` and `release`; `/exit`, which ends it at once; `/environment`, its own; everything
 * else tells the release, this very process (`instance`) and what was asked. Every answer has `x-release`.
 *
 * @param name makes it differ from others with the same behaviour.
 */
export async function writeService(folder: string, behaviour: ServiceBehaviour = {}, name = 'a service'): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), `${JSON.stringify({ name: 'service', version: '1.0.0', description: name })}\n`);
  await writeFile(join(folder, 'behaviour.json'), `${JSON.stringify(behaviour)}\n`);
  await writeFile(join(folder, 'server.js'), program);
}

/** The commit of the release with this number. */
export function commitOf(release: number): CommitId {
  return release.toString(16).padStart(40, 'c') as CommitId;
}

/** Makes a built release of a service in `<folder>/r<number>`, read-only as builds are. */
export async function serviceRelease(
  folder: string,
  number: number,
  behaviour: ServiceBehaviour = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<DeployableRelease> {
  const built = join(folder, `r${number}`);
  await writeService(built, behaviour, `release ${number}`);
  const digest = await folderDigest(built);
  await chmod(built, 0o555);
  return { number, commit: commitOf(number), folder: built, digest, environment };
}

const program = `'use strict';
const { randomUUID } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { join } = require('node:path');

const behaviour = JSON.parse(readFileSync(join(__dirname, 'behaviour.json'), 'utf8'));
const release = process.env.MIYABI_RELEASE ?? '0';
// Walls may give every release the same process id.
const instance = randomUUID();
let checks = 0;
let requests = 0;

function knowsDatabase() {
  return behaviour.schemas === undefined || behaviour.schemas.includes(Number(readFileSync(process.env.DATABASE, 'utf8')));
}

function healthOf(check) {
  if (!knowsDatabase()) return 'fail';
  if (behaviour.sickAfterChecks !== undefined && check > behaviour.sickAfterChecks) return 'fail';
  return behaviour.checks?.[check - 1] ?? 'ok';
}

function isError() {
  requests += 1;
  const share = behaviour.errorShare ?? 0;
  return !knowsDatabase() || Math.floor(requests * share) > Math.floor((requests - 1) * share);
}

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json', 'x-release': release });
  response.end(JSON.stringify(body) + '\\n');
}

function handle(request, response) {
  if (behaviour.hangs) return;
  if (request.url === '/exit') process.exit(1);
  if (request.url === '/healthz') {
    checks += 1;
    answer(response, healthOf(checks) === 'ok' ? 200 : 503, { commit: behaviour.saysCommit ?? process.env.MIYABI_COMMIT, release });
    if (checks === behaviour.diesAfterChecks) response.once('close', () => process.exit(1));
    return;
  }
  const say = () => {
    if (request.url === '/environment') return answer(response, 200, process.env);
    answer(response, isError() ? 500 : 200, { release, instance, url: request.url });
  };
  if (behaviour.answerMs === undefined) say();
  else setTimeout(say, behaviour.answerMs);
}

if (behaviour.diesAfterChecks === 0) process.exit(1);
if (behaviour.exitsAfterMs !== undefined) setTimeout(() => process.exit(1), behaviour.exitsAfterMs);
const server = createServer((request, response) => {
  request.resume();
  handle(request, response);
});
setTimeout(() => server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('r' + release + ' listens')), behaviour.startsAfterMs ?? 0);
process.on('SIGTERM', () => {
  if (behaviour.ignoresTerm) return;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
`;
