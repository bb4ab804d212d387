import type { ChecksPlan } from '../../domain/checks.ts';

/**
 * What of a Makefile the checks run: the recipes of the targets they call and of what those depend on, and everything that stands outside
 * of recipes (variables, `.IGNORE`, `.SHELLFLAGS`, what is included). Nothing where no check calls make.
 */
export function makefileParts(text: string, plan: ChecksPlan): ReadonlyMap<string, string> {
  const commands = [plan.build, plan.typeCheck, plan.test, plan.lint].flatMap((check) => (check === undefined ? [] : [check.command]));
  const script = plan.test?.script ?? '';
  const words = [...commands.flat(), ...script.split(/[\s;&|]+/)];
  if (!words.some((word) => /(?:^|\/)g?make$/.test(word))) return new Map();
  const targets = new Map<string, string>();
  const outside: string[] = [];
  let current: readonly string[] = [];
  for (const line of text.replaceAll('\\\n', ' ').split('\n')) {
    const plain = line.replace(/(?:^|\s)#.*$/, '').trimEnd();
    const heading = /^([^\s:=#][^:=]*)::?(?!=)\s*(.*)$/.exec(plain);
    if (plain.startsWith('\t')) for (const name of current) targets.set(name, `${targets.get(name) ?? ''}\n${plain}`);
    else if (heading !== null) {
      current = (heading[1] ?? '').trim().split(/\s+/);
      for (const name of current) targets.set(name, `${targets.get(name) ?? ''}\n${heading[2] ?? ''}`);
    } else if (plain.trim() !== '') outside.push(plain.replace(/\s+/g, ' '));
  }
  const called = reach(targets, words.some((word) => targets.has(word)) ? words : [...words, ...[...targets.keys()].slice(0, 1)]);
  const special = [...targets].filter(([name]) => name.startsWith('.') && name !== '.PHONY');
  const variables = outside.filter((line) => isUsed(line, called));
  return new Map([...called, ...special, ['outside of its recipes', variables.join('\n')]]);
}

function reach(targets: ReadonlyMap<string, string>, from: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  const waiting = [...from];
  for (let next = waiting.shift(); next !== undefined && found.size < 500; next = waiting.shift()) {
    const text = targets.get(next);
    if (text === undefined || found.has(next)) continue;
    found.set(next, text);
    waiting.push(...text.split(/[\s;&|]+/));
  }
  return found;
}

/** A variable matters where a recipe that is run names it, or another program reads it. */
function isUsed(line: string, called: ReadonlyMap<string, string>): boolean {
  const name = /^(?:override |export )*([\w.-]+)\s*(?:[:?+!]|::)?=/.exec(line)?.[1];
  if (name === undefined || /^(?:SHELL|MAKEFLAGS|MAKEFILES|\.\w+)$/.test(name) || /^export\b/.test(line)) return true;
  return [...called.values()].some((text) => text.includes(`$(${name})`) || text.includes(`\${${name}}`));
}
