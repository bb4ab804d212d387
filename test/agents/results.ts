import type { CaseName, Outcome } from './cases.ts';

/** One way of driving one program, tried out. */
export interface Tried {
  readonly title: string;
  readonly versions: readonly string[];
  readonly outcomes: Readonly<Partial<Record<CaseName, Outcome>>>;
}

const columns: ReadonlyArray<readonly [CaseName, string]> = [
  ['edits', 'edits a file, and wins'],
  ['counts', 'every call in the books'],
  ['cancels', 'cancelled in a call'],
  ['denies', 'denial seen'],
  ['dies', 'killed, and goes on'],
  ['fails', 'unknown model, wrong key'],
];
const marks = { passed: 'yes', failed: '**no**', 'left-out': 'n/a' } as const;

/** The result as a page of the documentation. */
export function document(tried: readonly Tried[], at: Date): string {
  const head = ['agent', 'packages', ...columns.map(([, title]) => title)];
  const rows = tried.map(({ title, versions, outcomes }) => [title, versions.join(', '), ...columns.map(([name]) => cell(outcomes[name]))]);
  const table = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  return `# Agents that were tried

\`npm run test:agents -- --write\` wrote this page (${at.toISOString().slice(0, 10)}, Node ${process.versions.node}, ${process.platform}). Each agent is started by
\`miyabi run\` in a world within walls (bubblewrap), without a key, and asks a provider that answers by script through Miyabi's gateway.

${table}

- *Edits a file, and wins*: a file is changed by the agent's own tools, the change passes the checks and becomes the branch, and nothing but the
  model was asked for; with the time of the world.
- *Every call in the books*: calls, tokens in, out and cached, and costs of the run are exactly what the provider has answered.
- *Cancelled in a call*: ended while the model is being asked, with the time until nothing of the agent is left.
- *Denial seen*: with \`agent.permissions\` set to \`deny\`, what it asks for is refused, and the run says so.
- *Killed, and goes on*: killed with SIGKILL while the model is being asked, it is started once more, and wins.
- *Unknown model, wrong key*: what the provider says no to is the reason that the run tells.
`;
}

export function closingLine(tried: readonly Tried[]): string {
  const all = tried.flatMap(({ outcomes }) => Object.values(outcomes).map(({ kind }) => kind));
  const count = (kind: Outcome['kind']): number => all.filter((one) => one === kind).length;
  return `${count('passed')} passed, ${count('failed')} failed, ${count('left-out')} skipped`;
}

function cell(outcome: Outcome | undefined): string {
  if (outcome === undefined) return '';
  return `${marks[outcome.kind]}: ${outcome.detail}`.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}
