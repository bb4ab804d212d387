import type { Answer, Script, ScriptedRequest } from '../../test/support/scripted-provider/scripted-provider.ts';

/** What providers of the benchmark answer, each after so many ms. */
export const benchScripts = {
  /** As long as answers of agents usually are: a few sentences and a call. */
  plain: (delayMs) => () => ({ ...usual, delayMs }),
  /** Ten turns, each a new plan, then the end. */
  plans: (delayMs) => (request) => ({ ...turnOfPlans(request), delayMs }),
  /** Ten turns, each a file that is read, then the end. */
  reads: (delayMs) => (request) => ({ ...turnOfReads(request), delayMs }),
  /** An agent mends the small project; roles find it easy. */
  mending: (delayMs) => (request) => ({ ...(roleAnswer(request) ?? mendingTurn(request)), delayMs }),
  /** Costs what it is told to cost: each call another part of the most. */
  spending: (delayMs) => {
    let calls = 0;
    return () => ({ say: 'Spent.', usage: { inputTokens: 10, outputTokens: ((calls += 1) * 37) % 101 }, delayMs });
  },
} satisfies Record<string, (delayMs: number) => Script>;

export type ScriptName = keyof typeof benchScripts;

const sentence = 'The function adds where it should take away, and nobody has noticed because the tests look at zero alone. ';
const usual: Answer = {
  say: sentence.repeat(6),
  call: { tool: 'read', input: { path: 'src/prices/discount.ts', from: 120, lines: 80 } },
  usage: { inputTokens: 10_000, outputTokens: 250, cachedTokens: 8_000 },
};

export const turns = 10;

function turnOfPlans({ turnIndex }: ScriptedRequest): Answer {
  if (turnIndex >= turns) return { say: 'Done.' };
  const steps = Array.from({ length: 6 }, (_, step) => ({
    text: `Step ${step} as it stands in turn ${turnIndex}`,
    state: step < turnIndex ? 'done' : 'pending',
  }));
  return { say: sentence, call: { tool: 'plan', input: { steps } } };
}

function turnOfReads({ turnIndex }: ScriptedRequest): Answer {
  return turnIndex >= turns ? { say: 'Done.' } : { say: sentence, call: { tool: 'read', input: { path: `src/file-${turnIndex}.js` } } };
}

function mendingTurn({ turnIndex }: ScriptedRequest): Answer {
  if (turnIndex === 0) return { call: { tool: 'read', input: { path: 'src/add.js' } } };
  if (turnIndex === 1) return { call: { tool: 'edit', input: { path: 'src/add.js', old: 'a - b', new: 'a + b' } } };
  return turnIndex === 2 ? { call: { tool: 'read', input: { path: 'test/add.test.js' } } } : { say: 'It subtracted; now it adds.' };
}

/** By what each role is told of its work. @returns undefined for an agent. */
function roleAnswer({ system }: ScriptedRequest): Answer | undefined {
  if (!system.includes('Answer with one JSON object')) return undefined;
  return { say: JSON.stringify(roleValue(system)) };
}

function roleValue(system: string): unknown {
  if (system.startsWith('You judge an issue')) {
    const common = { type: 'bug', priority: 'P2-Medium', securitySensitive: false, effortHours: 1 };
    return { ...common, complexity: 4, files: ['src/add.js'], reason: 'One function is wrong.' };
  }
  if (system.startsWith('You split an issue')) {
    const text = 'Let add() add, as the tests say.';
    return { tasks: [{ id: 'one', title: 'Mend add()', instructions: text, after: [], files: ['src/add.js'], minutes: 10, lines: 2 }] };
  }
  if (system.startsWith('You compare two changes')) return { better: 'neither', reason: 'They are the same.' };
  return { findings: [] };
}
