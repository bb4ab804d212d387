import { createHash } from 'node:crypto';
import { errorsIn } from '../../domain/error-signature.ts';
import { Failure } from '../../domain/failure.ts';
import { parseIssue } from '../../domain/issue.ts';
import type { OperationTools } from '../tools.ts';
import { knownRepository } from './known-repository.ts';

/** Longer notes are refused: what is beyond is not searched. In characters. */
export const longestNote = 65_536;

export interface NoteRequest {
  /** Markdown; its first heading or line is the title where none is given. */
  readonly text: string;
  readonly title: string | undefined;
  /** What it is about: everything when absent. */
  readonly repository: string | undefined;
  readonly paths: readonly string[];
  readonly labels: readonly string[];
}

type Tools = Pick<OperationTools, 'knowledge' | 'ledger' | 'git' | 'sharing' | 'clock' | 'redact'>;

/**
 * Keeps a note of a person. The same note again replaces it.
 *
 * @returns its id, and how many secrets were taken out of it.
 * @throws Failure (usage) for one without text, or too long.
 */
export async function addNote(
  tools: Tools,
  request: NoteRequest,
): Promise<{ readonly id: string; readonly title: string; readonly removed: number }> {
  const { repository, paths, labels } = request;
  if (request.text.length > longestNote) throw tooLong(request.text.length);
  const note = parseIssue(request.text, { kind: 'text' });
  if (note === undefined) throw withoutText();
  const about = repository === undefined ? undefined : await knownRepository(tools, repository, true);
  const body = tools.redact(note.body);
  const title = tools.redact(request.title ?? note.title);
  const id = `note:${createHash('sha256')
    .update(JSON.stringify([about ?? null, title.text, body.text]))
    .digest('hex')
    .slice(0, 12)}`;
  await (
    await tools.knowledge()
  ).save({
    id,
    kind: 'note',
    repositoryId: about,
    issue: undefined,
    title: title.text,
    body: body.text,
    plan: [],
    outcome: 'note',
    paths,
    labels,
    diff: '',
    errors: errorsIn(`${title.text}\n${body.text}`, 20),
    lessons: [],
    at: tools.clock.now(),
  });
  return { id, title: title.text, removed: body.removed + title.removed };
}

/** Forgets an entry. @throws Failure (notFoundOrLocked) where there is none of that id. */
export async function forgetKnowledge({ knowledge }: Pick<OperationTools, 'knowledge'>, id: string): Promise<void> {
  const base = await knowledge();
  if ((await base.get(id)) === undefined)
    throw new Failure('notFoundOrLocked', {
      what: `Nothing is known under ${id}.`,
      why: 'Ids are such as `note:0a1b2c3d4e5f` or `run:` with the full id of a run.',
      fix: 'Look at `miyabi knowledge list --json`.',
    });
  await base.forget(id);
}

function tooLong(length: number): Failure {
  return new Failure('usage', {
    what: `The note is too long: ${length} characters.`,
    why: `At most ${longestNote} are searched.`,
    fix: 'Make several notes of it, each about one thing.',
  });
}

function withoutText(): Failure {
  return new Failure('usage', {
    what: 'The note has no text.',
    why: 'There is nothing in it by which it could be found.',
    fix: 'Give a text, or a file that holds one.',
  });
}
