// Real processes that are killed at random: `machines` that carry full runs, or `deployments` on their way.
import { parseArgs } from 'node:util';
import { ownPostgresServer } from '../support/postgres.ts';
import { noPostgresServer } from '../support/postgres-server.ts';
import { deployCampaign, drawTrials } from './deploy-campaign.ts';
import { campaign } from './distributed-campaign.ts';

const usage = `npm run kills -- [machines] [--kills COUNT] [--runs AT-A-TIME] [--seed SEED]
npm run kills -- deployments [--trials COUNT] [--seed SEED] [--json]`;

const began = performance.now();

function tell(text: string): void {
  console.log(`${Math.round((performance.now() - began) / 1_000)} s: ${text}`);
}

function wholeNumber(text: string, name: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0 && number < 2 ** 31) return number;
  throw new RangeError(`--${name} is a whole number from 0 to ${2 ** 31 - 1}, not ${text}.`);
}

/** Full runs on three machines. */
async function killMachines(seed: number, kills: number, runsAtATime: number): Promise<number> {
  const lacking = noPostgresServer();
  if (lacking !== undefined) throw new Error(lacking);
  await using server = await ownPostgresServer();
  const { runs, attemptsLost, ...done } = await campaign({ seed, kills, runsAtATime, database: server.url(), tell });
  tell(`${done.kills} kills over ${runs} runs, ${attemptsLost} attempts lost by them: every run was handed over once, nothing is left`);
  return 0;
}

/** Deployments and rollbacks of one service under load. */
async function killDeployments(seed: number, trials: number, json: boolean): Promise<number> {
  const report = await deployCampaign({ trials: drawTrials(trials, seed), tell });
  const { wrong, kills, requests, failed, keeperKills, failedWithKeeper } = report;
  for (const line of wrong) console.error(line);
  const right = trials - new Set(wrong.map((line) => line.split(' ', 1)[0])).size;
  tell(
    `${right} of ${trials} deployments ended right after ${kills} kills of Miyabi and ${keeperKills} of the keeper; of ${requests} requests ` +
      `${failed} failed, and ${failedWithKeeper} while the keeper was dead`,
  );
  if (json) console.log(JSON.stringify({ seed, right, ...report }));
  return right === trials ? 0 : 1;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      kills: { type: 'string', default: '200' },
      runs: { type: 'string', default: '2' },
      trials: { type: 'string', default: '50' },
      seed: { type: 'string', default: String(Math.trunc(Math.random() * 2 ** 31)) },
      json: { type: 'boolean', default: false },
    },
  });
  const [what = 'machines', ...more] = positionals;
  if (more.length > 0 || (what !== 'machines' && what !== 'deployments'))
    throw new RangeError(`There is no campaign "${positionals.join(' ')}".`);
  const seed = wholeNumber(values.seed, 'seed');
  tell(`seed ${seed}`);
  if (what === 'deployments') return await killDeployments(seed, wholeNumber(values.trials, 'trials'), values.json);
  return await killMachines(seed, wholeNumber(values.kills, 'kills'), wholeNumber(values.runs, 'runs'));
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  console.error(usage);
  process.exitCode = 1;
}
