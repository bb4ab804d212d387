/**
 * Tries the real command-line agents, in versions that are pinned, through the real `miyabi run`: in a world within walls, against a provider
 * that answers by script. `npm run test:agents`; names behind it (`-- codex gemini`) try only those, `--write` keeps the result in
 * `docs/agents-tested.md`. Not a part of `npm test`: the programs are some 350 MB each, and are installed into the cache folder.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import type { ProgramName } from '../../src/ports/programs.ts';
import { driven } from './agents.ts';
import type { Driven } from './agents.ts';
import { cancels, denies, dies, edits, fails } from './cases.ts';
import type { CaseName, Outcome } from './cases.ts';
import { install, packages } from './install.ts';
import { closingLine, document } from './results.ts';
import type { Tried } from './results.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean', default: false } } });
const wanted = driven.filter(({ agent }) => positionals.length === 0 || positionals.includes(agent));

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function tryOut(one: Driven): Promise<Tried> {
  const title = `${one.title} (${one.through === 'own' ? 'own mode' : 'ACP'})`;
  const programs: Partial<Record<ProgramName, string>> = {};
  for (const name of one.programs) programs[name] = await install(name, say);
  const outcomes: Partial<Record<CaseName, Outcome>> = {};
  const note = (name: CaseName, outcome: Outcome): void => {
    outcomes[name] = outcome;
    say(`${title}: ${name}: ${outcome.kind} (${outcome.detail})`);
  };
  for (const [name, outcome] of Object.entries(await edits(one, programs))) note(name as CaseName, outcome);
  note('cancels', await cancels(one, programs));
  note('denies', await denies(one, programs));
  note('dies', await dies(one, programs));
  note('fails', await fails(one, programs));
  return { title, versions: one.programs.map((name) => `${packages[name].npm} ${packages[name].version}`), outcomes };
}

const tried: Tried[] = [];
for (const one of wanted) tried.push(await tryOut(one));
const text = document(tried, new Date());
process.stdout.write(`${text}\n${closingLine(tried)}\n`);
if (values.write) {
  const page = fileURLToPath(new URL('../../docs/agents-tested.md', import.meta.url));
  await writeFile(page, text);
  await execa('oxfmt', [page], { preferLocal: true });
}
process.exitCode = tried.some(({ outcomes }) => Object.values(outcomes).some(({ kind }) => kind === 'failed')) ? 1 : 0;
