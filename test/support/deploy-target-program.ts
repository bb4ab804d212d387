import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/**
 * A program for a `command` target as somebody might write it: `node deploy-target-program.ts <folder>`. What serves stands in a file of the folder, all
 * that it was asked in another, and a third one may say how it is to misbehave.
 */

interface State {
  readonly serving: { readonly release: number; readonly commit: string } | null;
  readonly fence: number;
  readonly done: readonly string[];
}

interface Question {
  readonly action: string;
  readonly release: number;
  readonly commit: string;
  readonly fence: number;
  readonly key: string;
}

const folder = process.argv[2] ?? '';
const statePath = `${folder}/state.json`;
const read = <Value>(path: string, otherwise: Value): Value =>
  existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Value) : otherwise;

const asked = JSON.parse(readFileSync(0, 'utf8')) as Question;
const told = { asked, variables: process.env };
writeFileSync(`${folder}/asked.jsonl`, `${JSON.stringify(told)}\n`, { flag: 'a' });
const misbehave = read<Readonly<Record<string, { readonly code: number; readonly print: string } | undefined>>>(
  `${folder}/misbehave.json`,
  {},
);
const trouble = misbehave[asked.action];
const { serving, fence, done } = read<State>(statePath, { serving: null, fence: 0, done: [] });

if (trouble !== undefined) {
  console.log(trouble.print);
  process.exitCode = trouble.code;
} else if (asked.action === 'status') {
  console.log(JSON.stringify({ serving, fence }));
} else {
  console.log(`bringing r${asked.release}`);
  if (!done.includes(asked.key)) {
    const next: State = {
      serving: { release: asked.release, commit: asked.commit },
      fence: asked.fence,
      done: [...done, asked.key],
    };
    writeFileSync(`${statePath}.new`, JSON.stringify(next));
    renameSync(`${statePath}.new`, statePath);
  }
  console.log(JSON.stringify({ ok: true }));
}
