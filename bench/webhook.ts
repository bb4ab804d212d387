/**
 * How fast webhooks are answered beside a service that works, and what 10,000 repetitions come to.
 *
 * A real `miyabi serve` carries a run with two worlds that keep a processor busy, on an emulation of GitHub with real HTTP. Deliveries are sent when
 * they are due, whether or not those before them were answered: an answer is as late as whoever sent it sees it.
 *
 *     npm run bench -- webhook [--seconds 60] [--rate 50] [--replays 10000] [--json]
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openGithubStand } from '../test/support/github-stand/github-stand.ts';
import { atMost, figure, report } from './support/figures.ts';
import { percentile } from './support/statistics.ts';
import type { ForgeUser } from '../src/domain/forge.ts';
import type { Measurement } from './support/child.ts';
import { runMeasurement } from './support/child.ts';
import type { Told, Webhook } from './webhook/deliveries.ts';
import { labelled } from './webhook/deliveries.ts';
import type { Answered } from './webhook/send.ts';
import { sending } from './webhook/send.ts';
import { startService } from './webhook/service.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '50' },
    replays: { type: 'string', default: '10000' },
    json: { type: 'boolean', default: false },
  },
});
const [seconds, rate, replays] = [Number(values.seconds), Number(values.rate), Number(values.replays)];

type DistributiveOmit<Union, Keys extends PropertyKey> = Union extends unknown ? Omit<Union, Keys> : never;

const secret = 'known to both';
const folder = mkdtempSync(join(tmpdir(), 'bench-webhook-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

await using stand = await openGithubStand();
const person = await stand.person('write');
// Whoever may only read asks for something all the time.
const reader = await stand.person('read');
const busy = await stand.createIssue({ title: 'Keeps the service busy', labels: ['miyabi'] });
const replayed = await stand.createIssue({ title: 'Is told of again and again', labels: ['miyabi'] });
// The code of the emulation, at an address that is made from its name.
mkdirSync(join(folder, 'code', dirname(stand.repository)), { recursive: true });
symlinkSync(stand.code.path, join(folder, 'code', `${stand.repository}.git`));
await using service = await startService({
  folder,
  api: stand.url,
  git: `file://${join(folder, 'code')}/<repository>.git`,
  token: stand.token,
  secret,
  // Half of a processor for each world, for as long as is measured.
  command: `node -e 'const end = Date.now() + ${(seconds + 120) * 1_000}; (function turn() { const until = Date.now() + 20; while (Date.now() < until); if (Date.now() < end) setTimeout(turn, 20); })()'`,
});
const to = { url: service.url, secret };
type Sent = typeof sending extends Measurement<infer Request, unknown> ? Request : never;
const send = async (what: DistributiveOmit<Sent, keyof typeof to>): Promise<readonly Answered[]> =>
  await runMeasurement(sending, { ...to, ...what } as Sent, { folder, limitMs: (seconds + 300) * 1_000 });

const repository = await repositoryId();
const about = (issue: number, sender: ForgeUser): Told => ({ repository: { id: repository, full_name: stand.repository }, issue, sender });

async function repositoryId(): Promise<number> {
  const answer = await fetch(`${stand.url}/repos/${stand.repository}`, { headers: { authorization: `token ${stand.token}` } });
  return ((await answer.json()) as { readonly id: number }).id;
}

await send({ kind: 'replays', webhook: labelled(about(busy, person)), times: 1 });
for (let waited = 0; service.jobs().runs === 0; waited += 1) {
  if (waited > 100) throw new Error('the run was not started');
  await wait(100);
}
// Its worlds are being prepared.
await wait(5_000);

const waitedBefore = service.waitedMs();
const answers = await send({ kind: 'rate', told: about(replayed, reader), seconds, rate });
const waited = service.waitedMs();
const handledMs = await untilHandled();
const repeated = await replay(labelled(about(replayed, person)));

const statuses = [...Map.groupBy(answers, ({ status }) => status)].map(([status, all]) => `${all.length} × ${status}`).join(', ');
const times = answers.map(({ ms }) => ms);
const cpu = service.cpuMs();
report(
  'webhook',
  [
    figure('answered-p99', percentile(times, 0.99), 'ms', {
      goal: atMost(100),
      detail: `${times.length} deliveries at ${rate} a second beside a run of two worlds; ${statuses}`,
    }),
    figure('answered-p50', percentile(times, 0.5), 'ms'),
    figure('answered-max', Math.max(...times), 'ms'),
    ...(waited === undefined || waitedBefore === undefined
      ? []
      : [
          figure('waited-for-a-processor', (waited - waitedBefore) / times.length, 'ms/delivery', {
            detail: 'by the thread that answers: what else the machine does is in all times above',
          }),
        ]),
    figure('refused', answers.filter(({ status }) => status >= 300).length, 'deliveries', { goal: atMost(0) }),
    figure('handled-after', handledMs, 'ms', { detail: 'until everything that was stored had been handled, from the last answer on' }),
    figure('runs-of-replays', repeated.runs, 'runs', {
      goal: atMost(1),
      detail: `${replays} deliveries of one label, half under one id and half under ids of their own; ${repeated.accepted} stored, ${repeated.other} neither stored nor known`,
    }),
    figure('replays-a-second', repeated.perSecond, '1/s', { detail: '20 at a time' }),
    ...(cpu === undefined ? [] : [figure('service-cpu', cpu, 'ms CPU', { detail: 'of the process of the service, all in all' })]),
  ],
  { json: values.json },
);

async function untilHandled(): Promise<number> {
  const begun = performance.now();
  while (service.jobs().open > 0 && performance.now() - begun < 60_000) await wait(50);
  return performance.now() - begun;
}

async function replay(webhook: Webhook) {
  const before = service.jobs().runs;
  const begun = performance.now();
  const all = await send({ kind: 'replays', webhook, times: replays });
  const ms = performance.now() - begun;
  await untilHandled();
  const accepted = all.filter(({ status }) => status === 202).length;
  const known = all.filter(({ status }) => status === 200).length;
  return { runs: service.jobs().runs - before, accepted, other: replays - accepted - known, perSecond: (replays * 1_000) / ms };
}
