/**
 * Runs Miyabi for one issue and tells a workflow what came of it: outputs, the score card in the summary of the step, and a status that fails the step
 * where the run failed. Everything comes by the environment (`MIYABI_ACTION_*`, `GITHUB_*`): no text of an event ever stands in a command line of a shell.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const environment = process.env;
const given = (name) => environment[`MIYABI_ACTION_${name}`]?.trim() ?? '';

/** What the workflow was started by; nothing where it was started by hand. */
function readEvent() {
  const file = environment.GITHUB_EVENT_PATH;
  return file === undefined || file === '' ? {} : JSON.parse(readFileSync(file, 'utf8'));
}

/** The issue as Miyabi takes it; nothing where neither an input nor the event names one. */
function issueOf(event) {
  const named = given('ISSUE') === '' ? String(event.issue?.number ?? '') : given('ISSUE');
  return /^#?[1-9]\d{0,9}$/.test(named) ? `${environment.GITHUB_REPOSITORY}#${named.replace('#', '')}` : named;
}

function bears(event, label) {
  const labels = event.issue?.labels ?? [];
  return labels.some(({ name }) => name.toLowerCase() === label.toLowerCase());
}

function argumentsOf(issue) {
  const options = { '--agent': given('AGENT'), '--budget': given('BUDGET'), '--worlds': given('WORLDS') };
  const set = Object.entries(options).flatMap(([name, value]) => (value === '' ? [] : [`${name}=${value}`]));
  return ['run', ...set, ...(given('APPROVE') === 'true' ? ['--yes'] : []), '--json', '--', issue];
}

/** @returns its exit code, and what stood on the last line of its output. */
function miyabi(args, { shows }) {
  // An empty address would be one.
  const { MIYABI_DATABASE_URL: database, ...rest } = environment;
  const env = database === undefined || database === '' ? rest : environment;
  const heedCommands = ignoreCommands();
  const child = spawn('miyabi', args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let report = {};
  const text = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (shows) text.push(line);
    else if (line.startsWith('{')) report = JSON.parse(line);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, report, text: text.join('\n') }));
  }).finally(heedCommands);
}

/**
 * What a run tells quotes issues, agents and programs, and a line of theirs may be a command to the runner, such as `::set-output`. From here on it takes
 * none. It goes the same way as what is told, so that nothing overtakes it. @returns what lets it take commands again.
 */
function ignoreCommands() {
  const nobodyKnows = randomUUID();
  process.stderr.write(`::stop-commands::${nobodyKnows}\n`);
  return () => process.stderr.write(`::${nobodyKnows}::\n`);
}

function setOutputs(outputs) {
  // None of the values holds a line break: they are ids, words of ours, numbers and addresses.
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${String(value ?? '').replaceAll(/\s+/g, ' ')}\n`);
  if (environment.GITHUB_OUTPUT) appendFileSync(environment.GITHUB_OUTPUT, lines.join(''));
}

function outputsOf({ code, report }) {
  const winners = (report.tasks ?? []).filter(({ winner }) => winner !== null);
  const scores = winners.map(({ winner, worlds }) => worlds.find(({ world }) => world === winner)?.score?.total).filter(Number.isFinite);
  return {
    run: report.run,
    status: report.status ?? 'failed',
    'exit-code': code,
    branch: report.branch,
    commit: report.commit,
    winner: winners.map(({ winner }) => winner).join(','),
    score: scores.length === 0 ? '' : Math.min(...scores),
    'pull-request': report.pullRequest?.url,
    'cost-usd': report.costUsd,
  };
}

async function main() {
  const event = readEvent();
  const label = given('LABEL');
  if (label !== '' && !bears(event, label)) {
    console.log(`The issue does not bear the label ${JSON.stringify(label)}: nothing to do.`);
    setOutputs({ status: 'skipped', 'exit-code': 0 });
    return 0;
  }
  const issue = issueOf(event);
  if (issue === '') {
    console.log('::error::No issue is named: set the input `issue`, or start the workflow by an event of an issue.');
    setOutputs({ status: 'failed', 'exit-code': 2 });
    return 2;
  }
  const ended = await miyabi(argumentsOf(issue), { shows: false });
  setOutputs(outputsOf(ended));
  const { run } = ended.report;
  if (run !== undefined && environment.GITHUB_STEP_SUMMARY) {
    const card = await miyabi(['explain', run, '--markdown'], { shows: true });
    appendFileSync(environment.GITHUB_STEP_SUMMARY, `${card.text}\n`);
  }
  // Whoever waits has not failed: what goes on with it is the answer.
  return ended.code === 4 ? 0 : ended.code;
}

process.exitCode = await main();
