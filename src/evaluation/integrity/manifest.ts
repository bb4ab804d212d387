import { posix } from 'node:path';
import { z } from 'zod';
import type { ChecksPlan } from '../../domain/checks.ts';
import type { IntegrityFinding } from '../../domain/choice.ts';
import { expandCommand } from '../checks/runner.ts';

const dependencies = z.record(z.string(), z.unknown()).catch({}).default({});
const manifest = z.looseObject({
  scripts: z.record(z.string(), z.unknown()).catch({}).default({}),
  dependencies,
  devDependencies: dependencies,
});
type Manifest = z.infer<typeof manifest>;

const keys: readonly (readonly [IntegrityFinding['rule'], what: string, names: readonly string[]])[] = [
  ['test-configuration-changed', 'how tests are run', ['jest', 'mocha', 'vitest', 'nyc', 'c8', 'ava', 'tap']],
  ['git-hooks-changed', 'git hooks', ['husky', 'simple-git-hooks', 'lint-staged', 'gitHooks', 'pre-commit']],
  [
    'check-configuration-changed',
    'how it is checked',
    ['eslintConfig', 'eslintIgnore', 'prettier', 'stylelint', 'xo', 'standard', 'babel', 'swc', 'ts-node'],
  ],
];

/** Scripts that npm runs with an installation. */
const installScripts = ['preinstall', 'install', 'postinstall', 'preprepare', 'prepare', 'postprepare'] as const;

/** What a package.json says of the judging that it did not say at the base. Anything else may change in it. */
export function manifestFindings(
  path: string,
  plan: ChecksPlan,
  versions: { readonly before: string | undefined; readonly after: string | undefined },
): IntegrityFinding[] {
  const then = manifestOf(versions.before);
  const now = manifestOf(versions.after);
  const checks = path === 'package.json' ? planned(plan) : ofPackages;
  const [old, scripts] = [scriptsOf(versions.before), scriptsOf(versions.after)];
  const commands = checks.flatMap(([what, command]): IntegrityFinding[] => {
    const amounted = expandCommand(old, command);
    // A package without tests may be given some.
    if (path !== 'package.json' && (amounted === command || /no test specified/i.test(amounted))) return [];
    if (amounted === expandCommand(scripts, command)) return [];
    const rule = what === 'the tests' ? 'test-command-changed' : 'check-command-changed';
    return [{ rule, path, detail: `It changes the command that runs ${what} in ${path}.` }];
  });
  const installing = plan.install === undefined ? undefined : installScripts.find((name) => old[name] !== scripts[name]);
  if (installing !== undefined) {
    const detail = `It changes what runs with an installation: "${installing}" in ${path}.`;
    commands.push({ rule: 'check-command-changed', path, detail });
  }
  const changed = (key: string): boolean => JSON.stringify(then?.[key]) !== JSON.stringify(now?.[key]);
  const configured = keys.flatMap(([rule, what, names]): IntegrityFinding[] => {
    const key = names.find(changed);
    if (rule === 'check-configuration-changed' && checks.length === 0) return [];
    return key === undefined ? [] : [{ rule, path, detail: `It changes ${what}: "${key}" in ${path}.` }];
  });
  const redirected = redirectedTool(then, now, checks.map(([, command]) => expandCommand(old, command)).join('\n'));
  const tools: IntegrityFinding[] =
    redirected === undefined
      ? []
      : [{ rule: 'check-program-changed', path, detail: `It takes ${redirected}, which the checks run, from somewhere else in ${path}.` }];
  return [...commands, ...configured, ...tools];
}

type Check = readonly [what: string, command: string];

function planned(plan: ChecksPlan): Check[] {
  const all = [
    ['the build', plan.build],
    ['the type check', plan.typeCheck],
    ['the tests', plan.test],
    ['the linter', plan.lint],
  ] as const;
  return all.flatMap(([what, command]): Check[] => (command === undefined ? [] : [[what, command.command.join(' ')]]));
}

/** Of a package within the project, whose checks those of the project may call. */
const ofPackages: readonly Check[] = [
  ['the build', 'npm run build'],
  ['the type check', 'npm run typecheck type-check'],
  ['the tests', 'npm run test'],
  ['the linter', 'npm run lint'],
];

/** A tool of a check that no longer comes from the registry. */
function redirectedTool(then: Manifest | undefined, now: Manifest | undefined, commands: string): string | undefined {
  const specs = (of: Manifest | undefined): Readonly<Record<string, unknown>> => ({
    ...of?.dependencies,
    ...of?.devDependencies,
    ...forced(of),
  });
  const [old, fresh] = [specs(then), specs(now)];
  return Object.keys(fresh).find((name) => {
    const spec = fresh[name];
    const program = name === 'typescript' ? 'tsc' : posix.basename(name);
    const elsewhere = typeof spec === 'string' && /^(?:file|link|portal|git|github|https?|npm)[:+]|^[./~]|^[\w-]+\/[\w.-]+/.test(spec);
    return elsewhere && spec !== old[name] && commands.split(/[\s"'/;&|]+/).includes(program);
  });
}

/** What npm, yarn or pnpm put in the place of a package whoever wants it. */
function forced(of: Manifest | undefined): Readonly<Record<string, unknown>> {
  const all = z.looseObject({
    overrides: dependencies,
    resolutions: dependencies,
    pnpm: z.looseObject({ overrides: dependencies }).optional().catch(undefined),
  });
  const read = all.safeParse(of ?? {}).data;
  return { ...read?.overrides, ...read?.resolutions, ...read?.pnpm?.overrides };
}

/** The scripts of a package.json; none where it cannot be read. */
export function scriptsOf(text: string | undefined): Readonly<Record<string, string>> {
  const entries = Object.entries(manifestOf(text)?.scripts ?? {});
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function manifestOf(text: string | undefined): Manifest | undefined {
  if (text === undefined) return undefined;
  try {
    return manifest.safeParse(JSON.parse(text.replace(/^\uFEFF/, ''))).data;
  } catch {
    return undefined;
  }
}

/**
 * A package.json as the change has it (dependencies, versions, exports), with what judges put back to the base: all scripts that the base
 * has, no new ones that run before, after or with those, and the settings of runners, linters and hooks.
 *
 * @returns undefined where one of the two cannot be read.
 */
export function restoredManifest(before: string, after: string): string | undefined {
  const [then, now] = [manifestOf(before), manifestOf(after)];
  if (then === undefined || now === undefined) return undefined;
  const old = scriptsOf(before);
  const around = new Set([...Object.keys(old).flatMap((name) => [`pre${name}`, `post${name}`]), ...installScripts]);
  const added = Object.entries(scriptsOf(after)).filter(([name]) => old[name] === undefined && !around.has(name));
  const judging = keys.flatMap(([, , names]) => names);
  const rest = Object.fromEntries(Object.entries(now).filter(([name]) => !judging.includes(name)));
  const kept = Object.fromEntries(judging.flatMap((name) => (then[name] === undefined ? [] : [[name, then[name]]])));
  return `${JSON.stringify({ ...rest, ...kept, scripts: { ...Object.fromEntries(added), ...old } }, null, 2)}\n`;
}
