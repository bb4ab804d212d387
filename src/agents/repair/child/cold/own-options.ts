import type { ColdFramework } from './frameworks.ts';

/** Options of a project's own test command without which its files would not be understood, by runner: how they are loaded, and where the configuration lies. */
const kept: Readonly<Record<ColdFramework, RegExp>> = {
  'node:test': /^(?:--import|--require|-r|--loader|--experimental-loader|--conditions|-C|--env-file)$/,
  vitest: /^(?:--config|-c|--root|-r|--environment|--mode)$/,
  jest: /^(?:--config|-c|--env|--testEnvironment|--rootDir)$/,
  mocha: /^(?:--require|-r|--config|--import|--loader|--ui|-u)$/,
  ava: /^--config$/,
  // A test file is a program here: what loads it for tape loads it for Node as well.
  tap: /^(?:--import|--require|-r|--loader)$/,
};

const program: Readonly<Record<ColdFramework, RegExp>> = {
  'node:test': /(?:^|\/)node$/,
  vitest: /(?:^|\/)vitest(?:\.mjs)?$/,
  jest: /(?:^|\/)jest(?:\.js)?$/,
  mocha: /(?:^|\/)mocha(?:\.js)?$/,
  ava: /(?:^|\/)ava$/,
  tap: /(?:^|\/)(?:tape|tap|node)$/,
};

/**
 * The options, with their values, that a test script hands to its runner and that a run of single files needs too. A script is not
 * read as a shell would: what is not found is left out, and whether the tests end as they should is seen when they are run.
 */
export function ownOptions(framework: ColdFramework, script: string): string[] {
  for (const command of script.split(/\n|&&|\|\||[;|]/)) {
    const words = (command.match(/"[^"\n]*"|'[^'\n]*'|[^\s"']+/g) ?? []).map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));
    const start = words.findIndex((word) => program[framework].test(word));
    if (start === -1 || (framework === 'node:test' && !words.includes('--test'))) continue;
    return words.slice(start + 1).flatMap((word, index, all) => {
      const [name = '', value] = word.split(/=(.*)/, 2);
      if (!kept[framework].test(name)) return framework === 'node:test' && /^--experimental-[\w-]+$/.test(word) ? [word] : [];
      const next = all[index + 1];
      if (value !== undefined) return [word];
      return next === undefined ? [] : [word, next];
    });
  }
  return [];
}
