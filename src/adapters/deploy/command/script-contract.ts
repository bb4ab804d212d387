import { z } from 'zod';
import { DeployRefused } from '../../../ports/deployer.ts';
import type { DeployableRelease, KnownRelease } from '../../../ports/deployer.ts';

/** What the three programs of a `command` target are asked, and what they answer; for whoever writes them it stands in docs/deploying-targets.md. */

const number = z.int().min(1).max(999_999_999);
const url = z.url({ protocol: /^https?$/ }).max(2_000);
const served = z.object({ release: number, commit: z.string().regex(/^[0-9a-f]{7,64}$/) });

/** Of `deploy` and `rollback`. */
const changedSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), url: url.optional() }),
  z.object({ ok: z.literal(false), reason: z.string().max(2_000).default('no reason was given') }),
]);
export type ChangedAnswer = z.infer<typeof changedSchema>;

const statusSchema = z.object({
  serving: served.nullable(),
  fence: z.int().min(0),
  running: z
    .array(
      z.object({
        release: number,
        canServe: z.boolean().default(false),
        url: url.optional(),
        exits: z.array(z.int().min(0)).max(100).optional(),
      }),
    )
    .max(100)
    .default([]),
  url: url.optional(),
});
export type StatusAnswer = z.infer<typeof statusSchema>;

export interface ScriptQuestion {
  readonly action: 'deploy' | 'status' | 'rollback';
  readonly environment: string;
}

/** Asked of `deploy` and `rollback`. */
export interface ChangeQuestion extends ScriptQuestion {
  /** Known alone where `status` says that it can be served like that. */
  readonly release: KnownRelease & Partial<DeployableRelease>;
  readonly fence: number;
  readonly isSecond: boolean;
  readonly previous: StatusAnswer['serving'];
}

/** The same for every question about the same thing: what was done under it need not be done again. */
export function keyOf({ environment, release, fence, isSecond }: Omit<ChangeQuestion, 'action' | 'previous'>): string {
  return `${environment}/r${release.number}/${fence}${isSecond ? '/again' : ''}`;
}

/** One line of JSON for the standard input; the environment of the release, secrets among it, stands here and nowhere else. */
export function questionText(question: ScriptQuestion | ChangeQuestion): string {
  const { action, environment } = question;
  if (!('release' in question)) return `${JSON.stringify({ action, environment })}\n`;
  const { release, fence, previous } = question;
  const { number: released, commit, folder, digest, environment: variables } = release;
  const asked = { action, environment, release: released, commit, folder, digest, fence, key: keyOf(question), previous, variables };
  return `${JSON.stringify(asked)}\n`;
}

/** The same, but for what is secret, as variables. */
export function questionVariables(question: ScriptQuestion | ChangeQuestion): Readonly<Record<string, string>> {
  const common = { MIYABI_ACTION: question.action, MIYABI_ENVIRONMENT: question.environment };
  if (!('release' in question)) return common;
  const { release, fence, previous } = question;
  return {
    ...common,
    MIYABI_RELEASE: String(release.number),
    MIYABI_COMMIT: release.commit,
    ...(release.folder === undefined ? {} : { MIYABI_FOLDER: release.folder }),
    MIYABI_FENCE: String(fence),
    MIYABI_KEY: keyOf(question),
    ...(previous === null ? {} : { MIYABI_PREVIOUS_RELEASE: String(previous.release), MIYABI_PREVIOUS_COMMIT: previous.commit }),
  };
}

/** @throws DeployRefused for what is no answer, with what was expected. */
export function readChanged(action: 'deploy' | 'rollback', stdout: string): ChangedAnswer {
  return readLast(action, stdout, changedSchema, '{"ok":true,"url":"https://..."} (the url is optional) or {"ok":false,"reason":"..."}');
}

/** @throws DeployRefused for what is no answer, with what was expected. */
export function readStatus(stdout: string): StatusAnswer {
  return readLast(
    'status',
    stdout,
    statusSchema,
    '{"serving":{"release":12,"commit":"..."},"fence":7}, with "serving":null and "fence":0 before the first deployment',
  );
}

function readLast<Answer>(action: string, stdout: string, schema: z.ZodType<Answer>, expected: string): Answer {
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  const read = schema.safeParse(parsed(line));
  if (read.success) return read.data;
  const found = line.trim() === '' ? 'printed nothing' : `printed as its last line ${line.replaceAll(/\p{Cc}/gu, ' ').slice(0, 200)}`;
  throw new DeployRefused(`The program of \`${action}\` ${found}. Expected is one line of JSON such as ${expected}.`);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
