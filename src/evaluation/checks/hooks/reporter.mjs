/** A reporter for node:test: JSON lines, one for each test as it ends, and `{"end":true}` when the runner has told everything. */
import { createRequire } from 'node:module';

const report = createRequire(import.meta.url)('./reporting.cjs').takeReports()?.('node-test', '.jsonl');
// What a time limit breaks off is no failure of a test: the runner would tell it as one.
let brokenOff = false;
process.on('SIGTERM', function onTerm() {
  brokenOff = true;
  // That of `coverage.cjs` leaves it to others to end the process.
  if (process.listeners('SIGTERM').every((listener) => listener === onTerm || listener.name === 'miyabiOnTerm')) process.exit(143);
});
const write = (line) => {
  if (!brokenOff) report?.write(`${JSON.stringify(line)}\n`);
};

export default async function* tell(source) {
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
  if (!brokenOff) report?.end();
  yield '';
}
