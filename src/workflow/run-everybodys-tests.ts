import type { TestEvidence } from '../domain/evidence.ts';
import type { ExamColumn, PooledTests } from '../domain/examination.ts';
import type { Incident } from '../domain/incident.ts';
import { runPooled } from '../evaluation/examine/run/run-pooled.ts';
import type { Mirror } from '../ports/git.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { watchTouches } from '../worlds/touched.ts';
import { ruleBrokenBy } from './broken-rule.ts';
import type { Checkout, CheckoutRequest } from './checkout.ts';
import { withCheckout } from './checkout.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

interface EverybodysTests {
  readonly mirror: Mirror;
  /** On whose code they are run. */
  readonly place: CheckoutRequest;
  /** The same in words, such as `on the code of alpha`. */
  readonly where: string;
  readonly pool: readonly PooledTests[];
  /** Done in a checkout before any test. */
  readonly first?: (checkout: Checkout) => Promise<void>;
}

/** What one step left: a place for the next, none any more, or nothing at all, because what others had done there before it was too much. */
type Left = 'clean' | 'touched' | 'again';

/**
 * Runs the tests of each author on the code of a commit, one author after the other. They share a checkout for as long as nobody leaves
 * anything behind in it: after somebody who did, the next one gets a fresh one. Who breaks a rule takes nobody along: nothing is known of these
 * tests on this code then, which `notes` say.
 */
export async function runEverybodysTests(
  tools: WorkflowTools,
  context: TaskContext<unknown>,
  { mirror, place, where, pool, first }: EverybodysTests,
): Promise<{ readonly tests: ExamColumn['tests']; readonly notes: readonly string[] }> {
  await mirror.bring(pool.flatMap(({ commit }) => commit ?? []));
  const contents =
    pool.length === 0 ? new Map<string, string>() : await mirror.texts(pool.flatMap(({ files }) => files.map(({ blob }) => blob)));
  const ran: { author: PooledTests['author']; evidence: TestEvidence }[] = [];
  const notes: string[] = [];
  const tests = pool.map((written) => async (checkout: Checkout, isFresh: boolean): Promise<Left> => {
    const { author } = written;
    const seen = await unlessStopped(
      context,
      checkout,
      async () => await runWatched(tools, context, checkout, { tests: written, contents }),
    );
    if ('rule' in seen && !isFresh) return 'again';
    if ('rule' in seen) notes.push(`The tests of ${author} were stopped ${where}: ${seen.rule}.`);
    ran.push({ author, evidence: 'rule' in seen ? { kind: 'none', reason: `Stopped: ${seen.rule}.` } : seen.evidence });
    return 'rule' in seen || seen.isTouched ? 'touched' : 'clean';
  });
  const before = async (checkout: Checkout): Promise<Left> => {
    await using watch = await watchTouches(touchTools(tools), checkout.folder);
    const done = await unlessStopped(context, checkout, async () => ({ value: await first?.(checkout) }));
    if ('rule' in done) notes.push(`Made-up inputs were stopped ${where}: ${done.rule}.`);
    return 'rule' in done || (await watch.isTouched()) ? 'touched' : 'clean';
  };
  const steps = [...(first === undefined ? [] : [before]), ...tests];
  for (let done = 0; done < steps.length;) {
    await withCheckout(tools, context, place, async (checkout) => {
      let left: Left = 'clean';
      for (let isFresh = true; left === 'clean' && done < steps.length; isFresh = false) {
        left = await steps[done]!(checkout, isFresh);
        if (left !== 'again') done += 1;
      }
    });
  }
  return { tests: ran, notes };
}

/** What came of it, or which rule was broken, for which the place was stopped. @throws what it throws for any other reason. */
async function unlessStopped<Result extends object>(
  context: TaskContext<unknown>,
  { sandbox }: Checkout,
  run: () => Promise<Result>,
): Promise<Result | { readonly rule: string }> {
  try {
    return await run();
  } catch (error) {
    if (context.signal.aborted || !sandbox.stopped.aborted) throw error;
    return { rule: ruleBrokenBy(sandbox.stopped.reason as Incident) };
  }
}

interface WrittenTests {
  readonly tests: PooledTests;
  /** Texts of their files, by blob. */
  readonly contents: ReadonlyMap<string, string>;
}

/** Runs the tests of one author. */
export async function runTestsOf(context: TaskContext<unknown>, checkout: Checkout, written: WrittenTests): Promise<TestEvidence> {
  return await runPooled(pooledRun(context, checkout, written));
}

/** The same, and whether they left anything behind but what was laid there for them. */
async function runWatched(
  tools: WorkflowTools,
  context: TaskContext<unknown>,
  checkout: Checkout,
  written: WrittenTests,
): Promise<{ readonly evidence: TestEvidence; readonly isTouched: boolean }> {
  let isTouched = false;
  const evidence = await runPooled({
    ...pooledRun(context, checkout, written),
    async around(run) {
      await using watch = await watchTouches(touchTools(tools), checkout.folder);
      const seen = await run();
      // A last look: who broke a rule in the last moment has passed nothing.
      checkout.sandbox.usage();
      checkout.setting.signal?.throwIfAborted();
      isTouched = await watch.isTouched();
      return seen;
    },
  });
  return { evidence, isTouched };
}

function pooledRun(context: TaskContext<unknown>, { setting }: Checkout, { tests, contents }: WrittenTests) {
  const bytes = new Map([...contents].map(([blob, text]) => [blob, Buffer.from(text)]));
  const timeoutMs = Math.round(runOf(context).config.examine.timeoutSeconds * 1000);
  return { setting, tests, contents: bytes, timeoutMs };
}

function touchTools({ processes, host }: WorkflowTools) {
  return { process: processes, path: host.environment['PATH'] };
}
