import { errorSignature, errorsIn } from '../domain/error-signature.ts';
import type { CheckEvidence, TestEvidence } from '../domain/evidence.ts';
import type { JobId } from '../domain/ids.ts';
import { visibleText } from '../domain/visible-text.ts';
import type { KnowledgeEntry } from '../ports/knowledge.ts';
import type { WorkflowTools } from './tools.ts';

/** Of one check so many errors are told. */
const most = { tests: 10, command: 3, message: 500 } as const;

/** Remembers what a text tells of errors, such as the log of a check that failed elsewhere. */
export async function noteErrors(
  { ledger, redact }: Pick<WorkflowTools, 'ledger' | 'redact'>,
  jobId: JobId,
  texts: readonly string[],
): Promise<void> {
  const found = new Map<string, string>();
  for (const text of texts) {
    const plain = redact(visibleText(text).text).text;
    const errors = errorsIn(plain, most.command);
    const [line = ''] = plain.trim().split('\n', 1);
    const told = errors.length > 0 ? errors : [{ signature: errorSignature(plain), message: line.slice(0, most.message) }];
    for (const { signature, message } of told) if (signature !== '') found.set(signature, message);
  }
  if (found.size === 0) return;
  await ledger.knowledge.noteErrors(
    jobId,
    [...found].map(([signature, message]): KnowledgeEntry['errors'][number] => ({ signature, message })),
  );
}

/** What failed when a commit was checked, in the words of what failed. */
export function failuresOf({ install, build, typeCheck, tests }: CheckEvidence): readonly string[] {
  const commands = [install, build, typeCheck].flatMap((command) => (command.kind === 'failed' ? [command.output] : []));
  return [...commands, ...failuresOfTests(tests)];
}

function failuresOfTests(tests: TestEvidence): readonly string[] {
  switch (tests.kind) {
    case 'none':
      return [];
    case 'exit-code':
      return tests.passed ? [] : [tests.output];
    case 'reported':
    case 'timeout':
      return tests.cases
        .flatMap(({ status, message }) => (status === 'failed' && message !== undefined ? [message] : []))
        .slice(0, most.tests);
  }
}
