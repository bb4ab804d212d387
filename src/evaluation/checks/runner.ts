import type { TestRunner } from '../../domain/checks.ts';

/**
 * The text of a script together with that of every script it calls through npm, pnpm or yarn, with its `pre` and `post` scripts.
 * A script that calls itself is told once.
 */
export function expandScript(scripts: Readonly<Record<string, string>>, name: string): string {
  const seen = new Set<string>();
  const waiting = [name];
  const texts: string[] = [];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const script of [scripts[`pre${next}`], scripts[next], scripts[`post${next}`]]) {
      if (script === undefined) continue;
      texts.push(script);
      for (const call of script.matchAll(/\b(?:npm|pnpm|yarn)\s+(?:run(?:-script)?\s+)?([\w:.-]+)/g)) {
        if (call[1] !== undefined && scripts[call[1]] !== undefined) waiting.push(call[1]);
      }
    }
  }
  return texts.join('\n');
}

const runners: readonly (readonly [RegExp, TestRunner])[] = [
  [/\bvitest\b/, 'vitest'],
  [/\bjest\b/, 'jest'],
  [/\bmocha\b/, 'mocha'],
  [/\bnode\b[^|&;\n]*\s--test\b(?!-)/, 'node:test'],
];

/** The runner that a script starts, by its name. Any other runner is known by its exit code only. */
export function recogniseRunner(script: string): TestRunner {
  return runners.find(([pattern]) => pattern.test(script))?.[1] ?? 'unknown';
}
