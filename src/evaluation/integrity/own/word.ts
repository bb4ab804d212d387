import type { Change } from '../../../domain/change.ts';
import type { ChecksPlan } from '../../../domain/checks.ts';
import type { CheckEvidence } from '../../../domain/evidence.ts';
import { judgingOf } from '../judges.ts';
import { allBlocks } from './blocks.ts';
import { ownTestsOf } from './compare.ts';

interface OwnWordRequest {
  readonly change: Change;
  readonly plan: ChecksPlan;
  /** The text of a file at the base; undefined when there is no regular file. */
  readonly before: (path: string) => Promise<string | undefined>;
  /** Paths of all files of the base. */
  readonly paths: () => Promise<readonly string[]>;
}

/**
 * What was seen of a change, with a note where its tests passed by the word of a program that it changed and in which no tests were found that could
 * be put back to the base's: nobody vouches for himself, so this passing counts for nothing.
 */
export async function withOwnWord(request: OwnWordRequest, check: CheckEvidence): Promise<CheckEvidence> {
  const { tests } = check;
  if (tests.kind !== 'exit-code' || !tests.passed) return check;
  const touched = new Set(request.change.files.map(({ path, from }) => from ?? path));
  const { programs, isOnlyTheirs } = await judgingOf(request);
  if (!isOnlyTheirs) return check;
  for (const { path, options, isBelieved } of programs.values()) {
    if (!isBelieved || !touched.has(path) || testsItself((await request.before(path)) ?? '', path, options)) continue;
    const selfJudged = `That the tests pass counts for nothing: all they do is to run ${path}, which it changes.`;
    return { ...check, tests: { ...tests, selfJudged } };
  }
  return check;
}

function testsItself(text: string, path: string, options: readonly string[]): boolean {
  const parts = ownTestsOf(text, path, options);
  return parts.some(({ block }) =>
    allBlocks([block]).some((inner) => /\bassert|\bexpect\(|\braise\b|\bthrow\b|exit|fail/i.test(inner.block.head)),
  );
}
