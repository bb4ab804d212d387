import { z } from 'zod';
import type { ConfigKey } from '../../src/domain/config.ts';
import { code, insideOf, valueWords, type ValueSchema } from './value-words.ts';

const head = `---
outline: 2
---

# Configuration

Every key, made from the schema in the code by \`node scripts/references.mjs\`. \`miyabi config explain\` shows each with the value that it has where you are, and where that
comes from. [The schema as JSON](schemas/config.schema.json) lets an editor complete and check what you write.

Where a value is named in several places, the first of these wins:

1. the command line, as \`--worlds 3\`
2. the environment: each key has a variable, as \`MIYABI_WORLDS_COUNT\`; a list is written with commas, an object as JSON
3. your own file, \`~/.config/miyabi/config.yaml\` (or \`.json\`, \`.ts\`; one of them)
4. the repository's file, \`miyabi.config.yaml\` (or \`.json\`), read from the commit that a run starts from
5. the default

A repository is foreign: whoever may change its files does not decide what runs on your machine, and what it costs. Keys that are _only yours_ are refused in
its file; of those that it _may only lower_ a smaller value holds, and a larger one is refused.

What is changed while a service runs holds at once, for runs that begin later, or once the service is started anew; each key says which.`;

/** Which page says more of a part. */
const pages: Readonly<Record<string, string>> = {
  worlds: 'worlds.md',
  agent: 'agents.md',
  models: 'models.md',
  checks: 'checks.md',
  score: 'scoring.md',
  examine: 'choosing.md',
  choice: 'choosing.md',
  security: 'security-analyses.md',
  gates: 'people.md',
  budget: 'models.md',
  early: 'agents.md',
  isolation: 'isolation.md',
  sandbox: 'isolation.md',
  limits: 'isolation.md',
  capacity: 'worlds.md',
  breaker: 'error-handling.md',
  database: 'many-machines.md',
  artifacts: 'many-machines.md',
  remotes: 'many-machines.md',
  forge: 'starting-from-a-forge.md',
  pullRequest: 'pull-requests.md',
  ci: 'pull-requests.md',
  merge: 'pull-requests.md',
  escalations: 'people.md',
  notify: 'telling-people.md',
  dailyLog: 'telling-people.md',
  log: 'logs.md',
  cleanup: 'worlds.md',
  dependencies: 'worlds.md',
  server: 'api.md',
  knowledge: 'knowledge.md',
  deploy: 'deploying.md',
};

/** The reference of the configuration as Markdown. */
export function configurationReference(keys: readonly ConfigKey[]): string {
  const parts = Map.groupBy(keys, ({ path }) => path.split('.')[0] ?? path);
  return [head, ...[...parts].flatMap(([name, own]) => [part(name), ...own.map(section)])].join('\n\n').concat('\n');
}

function part(name: string): string {
  const page = pages[name];
  return page === undefined ? `## ${name}` : `## ${name}\n\nMore: [${page.replace('.md', '').replaceAll('-', ' ')}](${page}).`;
}

const inWords = { now: 'at once', run: 'for runs that begin later', restart: 'when the service is started anew' } as const satisfies Record<
  ConfigKey['holds'],
  string
>;

function section({ path, description, variable, userOnly, lowerOnly, holdsPassword, holds, schema }: ConfigKey): string {
  const value = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as ValueSchema;
  const facts = [
    `- may be: ${valueWords(value)}`,
    `- default: ${value.default === undefined ? 'not set' : code(value.default)}`,
    `- variable: ${code(variable)}`,
    `- a change holds: ${inWords[holds]}`,
    ...(userOnly ? ['- only yours: a repository may not set it'] : []),
    ...(lowerOnly ? ['- a repository may only lower it'] : []),
    ...(holdsPassword ? ['- may hold a password, which is never shown'] : []),
  ];
  const inside = insideOf(value);
  return [`### ${path}`, description, facts.join('\n'), ...(inside.length === 0 ? [] : ['Inside:', inside.join('\n')])].join('\n\n');
}
