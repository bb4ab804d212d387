/* oxlint-disable node/no-process-env -- It runs in the target's program, and is told what it must know there. */
/** A reporter for node:test: JSON lines, one for each test as it ends, and `{"end":true}` when the runner has told everything. */
import { appendFileSync } from 'node:fs';

/** How the paths of the files begin in which this run may write; what comes last was said last. */
const told = [...(process.env.NODE_OPTIONS ?? '').matchAll(/--conditions=miyabi-reports:(\S+)/g)].at(-1);
const prefix = told === undefined ? undefined : decodeURIComponent(told[1]);
const silent = prefix === undefined || process.env.MIYABI_REPORTS !== undefined;
process.env.MIYABI_REPORTS = '1';
const file = `${prefix}node-test-${process.pid}.jsonl`;
// What a time limit breaks off is no failure of a test: the runner would tell it as one.
let brokenOff = false;
process.on('SIGTERM', () => {
  brokenOff = true;
  if (process.listenerCount('SIGTERM') === 1) process.exit(143);
});
const write = (line) => {
  if (!silent && !brokenOff) appendFileSync(file, `${JSON.stringify(line)}\n`);
};

export default async function* report(source) {
  const open = new Map();
  write({ start: true });
  for await (const { type, data } of source) {
    if (type === 'test:start') {
      const names = open.get(data.file) ?? [];
      names.length = data.nesting;
      names.push(data.name);
      open.set(data.file, names);
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const above = (open.get(data.file) ?? []).slice(0, data.nesting);
    const error = data.details?.error;
    write({
      names: [...above, data.name],
      file: data.file,
      suite: data.details?.type === 'suite',
      status: data.skip !== undefined || data.todo !== undefined ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed',
      failureType: error?.failureType,
      message: error === undefined ? undefined : String(error.cause?.message ?? error.cause ?? error.message),
      durationMs: data.details?.duration_ms,
    });
  }
  write({ end: true });
  yield '';
}
