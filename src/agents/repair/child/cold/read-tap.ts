import { Parser, type Result } from 'tap-parser';
import type { WorkerCase } from '../warm/messages.ts';

/** Subtests within subtests that are followed. */
const mostNested = 64;

/** The tests (of tape: the assertions) of one file, as its run printed them. What told of none failed as a whole. */
export function readTap(text: string, file: string): WorkerCase[] {
  const cases: WorkerCase[] = [];
  const parser = new Parser();
  collect(parser, [], (names, result) => {
    const name = [...names, result.name === '' ? `test ${result.id}` : result.name].join(' > ');
    if (result.skip !== false || result.todo !== false) cases.push({ file, name, status: 'skipped' });
    else if (result.ok) cases.push({ file, name, status: 'passed' });
    else cases.push({ file, name, status: 'failed', message: messageOf(result.diag) });
  });
  parser.end(text);
  return cases.length > 0 ? cases : [{ file, name: '', status: 'failed', message: 'it told of no test' }];
}

/** The line that closes a subtest bears its name and is no test. */
function collect(parser: Parser, names: readonly string[], found: (names: readonly string[], result: Result) => void): void {
  let closing: string | undefined;
  parser.on('child', (child: Parser) => {
    if (names.length < mostNested) collect(child, [...names, child.name], found);
    child.on('complete', () => {
      closing = child.name;
    });
  });
  parser.on('assert', (result: Result) => {
    const closes = result.name === closing;
    closing = undefined;
    if (!closes) found(names, result);
  });
}

function messageOf(diagnostic: unknown): string {
  if (typeof diagnostic !== 'object' || diagnostic === null) return '';
  const { message, error } = diagnostic as { readonly message?: unknown; readonly error?: unknown };
  const said = message ?? error;
  return typeof said === 'string' ? (said.split('\n', 1)[0] ?? '') : '';
}
