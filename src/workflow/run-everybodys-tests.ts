import type { TestEvidence } from '../domain/evidence.ts';
import type { ExamColumn, PooledTests } from '../domain/examination.ts';
import { runPooled } from '../evaluation/examine/run/run-pooled.ts';
import type { Mirror } from '../ports/git.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { watchTouches } from '../worlds/touched.ts';
import type { Checkout, CheckoutRequest } from './checkout.ts';
import { withCheckout } from './checkout.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

interface EverybodysTests {
  readonly mirror: Mirror;
  /** On whose code they are run. */
  readonly place: CheckoutRequest;
  readonly pool: readonly PooledTests[];
  /** Done in a checkout before any test. */
  readonly first?: (checkout: Checkout) => Promise<void>;
}

/**
 * Runs the tests of each author on the code of a commit, one author after the other. They share a checkout for as long as nobody leaves
 * anything behind in it: after somebody who did, the next one gets a fresh one.
 */
export async function runEverybodysTests(
  tools: WorkflowTools,
  context: TaskContext<unknown>,
  { mirror, place, pool, first }: EverybodysTests,
): Promise<ExamColumn['tests']> {
  const contents =
    pool.length === 0 ? new Map<string, string>() : await mirror.texts(pool.flatMap(({ files }) => files.map(({ blob }) => blob)));
  const ran: { author: PooledTests['author']; evidence: TestEvidence }[] = [];
  const tests = pool.map((written) => async (checkout: Checkout): Promise<boolean> => {
    const { evidence, isTouched } = await runWatched(tools, context, checkout, { tests: written, contents });
    ran.push({ author: written.author, evidence });
    return isTouched;
  });
  const before = async (checkout: Checkout): Promise<boolean> => {
    await using watch = await watchTouches(touchTools(tools), checkout.folder);
    await first?.(checkout);
    return await watch.isTouched();
  };
  const steps = [...(first === undefined ? [] : [before]), ...tests];
  for (let done = 0; done < steps.length;) {
    await withCheckout(tools, context, place, async (checkout) => {
      for (let isTouched = false; !isTouched && done < steps.length; done += 1) isTouched = await steps[done]!(checkout);
    });
  }
  return ran;
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
