// Full runs on three machines that are killed at random: `--kills COUNT [--runs AT-A-TIME] [--seed SEED]`.
import { parseArgs } from 'node:util';
import { ownPostgresServer } from '../support/postgres.ts';
import { noPostgresServer } from '../support/postgres-server.ts';
import { campaign } from './distributed-campaign.ts';

const usage = 'npm run kills -- [--kills COUNT] [--runs AT-A-TIME] [--seed SEED]';

function wholeNumber(text: string, name: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0 && number < 2 ** 31) return number;
  throw new RangeError(`--${name} is a whole number from 0 to ${2 ** 31 - 1}, not ${text}.`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '200' },
      runs: { type: 'string', default: '2' },
      seed: { type: 'string', default: String(Math.trunc(Math.random() * 2 ** 31)) },
    },
  });
  const lacking = noPostgresServer();
  if (lacking !== undefined) throw new Error(lacking);
  await using server = await ownPostgresServer();
  const seed = wholeNumber(values.seed, 'seed');
  const began = performance.now();
  const tell = (text: string): void => console.log(`${Math.round((performance.now() - began) / 1_000)} s: ${text}`);
  tell(`seed ${seed}`);
  const request = {
    seed,
    kills: wholeNumber(values.kills, 'kills'),
    runsAtATime: wholeNumber(values.runs, 'runs'),
    database: server.url(),
    tell,
  };
  const { kills, runs, attemptsLost } = await campaign(request);
  tell(`${kills} kills over ${runs} runs, ${attemptsLost} attempts lost by them: every run was handed over once, nothing is left`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  console.error(usage);
  process.exitCode = 1;
}
