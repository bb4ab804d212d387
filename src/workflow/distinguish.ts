import { z } from 'zod';
import type { WorldEvidence } from '../domain/choice.ts';
import type { ExamEvidence, PooledTests } from '../domain/examination.ts';
import { askedWriterName } from '../domain/examination.ts';
import type { MicroUsd } from '../domain/money.ts';
import { isCode, isTestFile } from '../evaluation/integrity/files.ts';
import { casesOf } from '../evaluation/test-outcomes.ts';
import type { Mirror } from '../ports/git.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { issueText } from './background.ts';
import { withCheckout } from './checkout.ts';
import { keptValue } from './kept.ts';
import { openMirror } from './open-mirror.ts';
import { askConfigured } from './roles/configured-role.ts';
import type { FencedPrompt } from './roles/prompt.ts';
import { runTestsOf } from './run-everybodys-tests.ts';
import type { ChoosePayload, PlannedChecks } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

type Context = TaskContext<ChoosePayload>;
type Checked = Extract<WorldEvidence, { readonly kind: 'checked' }>;

/** What came of the attempt to tell the last worlds apart. */
export interface Distinguished {
  /** Absent where nobody was asked, or no test told them apart. */
  readonly exam: ExamEvidence | undefined;
  readonly notes: readonly string[];
  readonly costMicroUsd: MicroUsd;
}

/** Times a model is asked for a test; each time it is shown what its last one came to. */
const mostRounds = 3;
/** Characters of one change, and of the test that shows how tests are written here. */
const most = { patch: 40_000, example: 8_000, issue: 65_536 } as const;

const proposal = z.object({ path: z.string(), content: z.string(), reason: z.string() });

const instructions = `Several changes were made for the same issue. All pass every test that is known. You write ONE file of tests that tells them apart:
find an input that the issue decides and on which they behave differently, and say what the issue asks for there. Test nothing that the issue leaves
open. Write in the style of the example, for the same runner; the file must load in every version, so use only what all of them export.
- path: a new file beside the tests that there are.
- content: the whole file.
- reason: what the changes do differently, in a sentence.`;

/** Has a model write a test for what the finalists do differently, and runs it on their code: what it says is believed only as a test that ran. */
export async function distinguish(tools: WorkflowTools, context: Context, finalists: readonly Checked[]): Promise<Distinguished> {
  const { models, examine } = runOf(context).config;
  if (finalists.length < 2 || models.testWriter === undefined || !examine.enabled) return { exam: undefined, notes: [], costMicroUsd: 0 };
  const checks = await keptValue(tools, context.payload.checks);
  const mirror = await openMirror(tools, context);
  const question = await questionOf(context, mirror, finalists);
  const notes: string[] = [];
  let costMicroUsd = 0;
  let came = '';
  for (let round = 1; round <= mostRounds; round += 1) {
    const prompt = came === '' ? question : [...question, { name: 'what your last test came to', untrusted: came, most: most.example }];
    const answer = await askConfigured(tools, context, 'testWriter', {
      what: 'distinguishing test',
      schema: proposal,
      instructions,
      prompt,
    });
    costMicroUsd += answer?.costMicroUsd ?? 0;
    notes.push(...(answer?.warnings ?? []));
    if (answer?.value === undefined) break;
    const { path, content } = answer.value;
    const tried = await tryTest(tools, context, { mirror, checks, finalists }, { path, content });
    if (tried.exam !== undefined) return { exam: tried.exam, notes: [...new Set(notes)], costMicroUsd };
    came = `${path}:\n${content}\n\n${tried.came}`;
  }
  return { exam: undefined, notes: [...new Set([...notes, 'No test was found that tells the last worlds apart.'])], costMicroUsd };
}

async function questionOf(context: Context, mirror: Mirror, finalists: readonly Checked[]): Promise<FencedPrompt> {
  const { base } = context.payload;
  const example = (await mirror.listFiles(base)).find((path) => isTestFile(path) && isCode(path));
  const text = example === undefined ? undefined : await mirror.readFile(base, example);
  const patches = await Promise.all(finalists.map(async ({ commit }) => await mirror.patch(base, commit)));
  return [
    { name: 'issue', untrusted: issueText(runOf(context).issue), most: most.issue },
    ...(text === undefined ? [] : [{ name: `example of a test, ${example}`, untrusted: text, most: most.example }]),
    ...patches.map((patch, index) => ({ name: `change ${index + 1}`, untrusted: patch, most: most.patch })),
  ];
}

interface AskedTests {
  readonly tests: PooledTests;
  readonly contents: ReadonlyMap<string, string>;
}

interface Stage {
  readonly mirror: Mirror;
  readonly checks: PlannedChecks;
  readonly finalists: readonly Checked[];
}

async function tryTest(
  tools: WorkflowTools,
  context: Context,
  { checks, finalists }: Stage,
  { path, content }: { readonly path: string; readonly content: string },
): Promise<{ readonly exam: ExamEvidence | undefined; readonly came: string }> {
  if (!isTestFile(path) || !isCode(path)) return { exam: undefined, came: 'The path is none at which tests are looked for.' };
  // It stands in no commit, so its content is known by a name of ours.
  const blob = 'asked';
  const asked: AskedTests = {
    tests: { author: askedWriterName, run: [path], files: [{ path, blob, executable: false }] },
    contents: new Map([[blob, content]]),
  };
  const { base } = context.payload;
  const [first, second] = await withCheckout(tools, context, { name: 'asked-base', commit: base, checks }, async (checkout) => [
    await runTestsOf(context, checkout, asked),
    await runTestsOf(context, checkout, asked),
  ]);
  const columns = [];
  for (const { world, commit } of finalists) {
    const started = tools.clock.monotonic();
    const evidence = await withCheckout(tools, context, { name: `${world}-asked`, commit, checks }, async (checkout) =>
      runTestsOf(context, checkout, asked),
    );
    const durationMs = Math.round(tools.clock.monotonic() - started);
    columns.push({ world, tests: [{ author: askedWriterName, evidence }], probes: [], durationMs } as const);
  }
  const outcomes = columns.map(({ tests: [ran] }) => JSON.stringify(casesOf(ran.evidence).map(({ id, status }) => [id, status])));
  const came = columns
    .map(({ tests: [ran] }, index) => `change ${index + 1}: ${JSON.stringify(casesOf(ran.evidence)).slice(0, 2_000)}`)
    .join('\n');
  if (new Set(outcomes).size < 2) return { exam: undefined, came: `It ends the same in all of them.\n${came}` };
  return { exam: { pool: [{ author: askedWriterName, first: first!, second: second! }], columns, probes: [], notes: [] }, came };
}
