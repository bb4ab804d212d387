import { posix } from 'node:path';
import type { ChecksPlan } from '../../domain/checks.ts';
import type { IntegrityFinding } from '../../domain/choice.ts';
import { makefileParts } from './makefile.ts';

/** What of a file takes part in judging, each part by a name; the rest of it may change. */
type Parts = ReadonlyMap<string, string>;
type Reader = (text: string, plan: ChecksPlan) => Parts;

const readers: readonly (readonly [RegExp, Reader])[] = [
  [
    /(?:^|\/)pyproject\.toml$/,
    sections(/^\[+tool\.(?:pytest|coverage|ruff|mypy|pylint|pyright|flake8|black|isort|tox|nox|hatch\.envs|pdm\.scripts|poe|taskipy)\b/),
  ],
  [/(?:^|\/)setup\.cfg$/, sections(/^\[(?:tool:pytest|flake8|mypy|pylint|coverage|aliases|isort|pycodestyle)/)],
  [
    /(?:^|\/)Cargo\.toml$/,
    sections(
      /^\[+(?:lib|test|bench|lints|workspace\.lints|profile\.test|profile\.dev)\b/,
      /^\s*(?:autotests|autobenches|test|doctest|harness|exclude)\s*=/,
    ),
  ],
  [/(?:^|\/)pom\.xml$/, pom],
  [/(?:^|\/)(?:build|settings)\.gradle(?:\.kts)?$/, gradle],
  [
    /\.(?:cs|fs|vb)proj$/,
    lines(
      /<(?:IsTestProject|VSTest\w*|TreatWarningsAsErrors|NoWarn|RunSettings\w*|WarningLevel|Nullable|DefineConstants|Analysis\w*|EnforceCodeStyle\w*)\b|\b(?:Remove|Exclude)\s*=/,
    ),
  ],
  [/(?:^|\/)go\.mod$/, lines(/\b(?:testify|gomega|ginkgo|go-cmp|gotest\.tools|goconvey)\b.*=>/)],
  [
    /(?:^|\/)(?:requirements[^/]*\.txt|Pipfile)$/,
    lines(/^\s*(?:pytest|coverage|ruff|mypy|flake8|nose2?|hypothesis)\b.*(?:@|file:|git\+|\.\/|path\s*=)/),
  ],
  [/(?:^|\/)(?:GNUmakefile|[Mm]akefile)$|\.mk$/, makefileParts],
];

/** Whether a file is looked at by its parts, and not as a whole. */
export function hasParts(path: string): boolean {
  return readers.some(([pattern]) => pattern.test(path));
}

/**
 * What a file that says how a project is built (pyproject.toml, pom.xml, a Makefile ...) says of the judging that it did not say at the
 * base. Dependencies, versions, new targets and whatever else it holds may change.
 */
export function buildFileFindings(
  path: string,
  plan: ChecksPlan,
  versions: { readonly before: string | undefined; readonly after: string | undefined },
): IntegrityFinding[] {
  const read = readers.find(([pattern]) => pattern.test(path))?.[1];
  if (read === undefined) return [];
  const old = read(versions.before ?? '', plan);
  const now = read(versions.after ?? '', plan);
  const changed = [...new Set([...old.keys(), ...now.keys()])].find((name) => old.get(name) !== now.get(name));
  if (changed === undefined) return [];
  const rule = /ruff|mypy|pylint|flake8|lint|checkstyle|pmd|spotbugs|NoWarn|Warning/i.test(changed)
    ? 'check-configuration-changed'
    : /[Mm]akefile$|\.mk$/.test(path)
      ? 'check-command-changed'
      : 'test-configuration-changed';
  if (rule === 'check-configuration-changed' && plan.lint === undefined && plan.build === undefined && plan.typeCheck === undefined)
    return [];
  return [{ rule, path, detail: `It changes how it is checked: "${changed.slice(0, 60)}" in ${posix.basename(path)}.` }];
}

/** Sections whose heading matches, and single settings that judge wherever they stand. */
function sections(heading: RegExp, setting?: RegExp): Reader {
  return (text) => {
    const parts = new Map<string, string>();
    let name: string | undefined;
    let around = '';
    for (const line of meaningful(text, '#')) {
      if (/^\s*\[+[\w.:"'-]+\]+\s*$/.test(line)) {
        around = line.trim();
        name = heading.test(around) ? around : undefined;
      } else if (name === undefined && setting?.test(line) === true) parts.set(`${around} ${line}`, line);
      if (name !== undefined) parts.set(name, `${parts.get(name) ?? ''}\n${line}`);
    }
    return parts;
  };
}

function lines(wanted: RegExp): Reader {
  return (text) => new Map(meaningful(text, '//').flatMap((line) => (wanted.test(line) ? [[line.trim(), line.trim()] as const] : [])));
}

const judgingPlugin =
  /<artifactId>\s*(?:maven-(?:surefire|failsafe|checkstyle|pmd|enforcer)-plugin|jacoco-maven-plugin|spotbugs-maven-plugin)\s*</;
const judgingSetting =
  /<(?:skipTests|skipITs|skip|maven\.test\.\w+(?:\.\w+)*|testFailureIgnore|testSourceDirectory|argLine|surefire\.[\w.]+|checkstyle\.[\w.]+)>[^<]*</g;

function pom(text: string): Parts {
  const bare = text.replace(/<!--[\s\S]*?-->/g, '').replace(/\s+/g, ' ');
  const plugins = bare
    .split('<plugin>')
    .slice(1)
    .map((part) => part.split('</plugin>')[0] ?? '');
  const judging = plugins.filter((plugin) => judgingPlugin.test(plugin)).map((plugin) => plugin.replace(/<version>[^<]*<\/version>/, ''));
  return new Map([
    ...judging.map((plugin) => [judgingPlugin.exec(plugin)?.[0].replace(/.*>\s*|\s*</g, '') ?? '', plugin] as const),
    ['settings of the tests', (bare.match(judgingSetting) ?? []).join('\n')],
  ]);
}

const judgingBlock =
  /(?:^|[\s.])(?:test|integrationTest|check|tasks\.(?:test|check)|tasks\.withType\s*[(<]\s*Test\b[^{]{0,200}|tasks\.named[^{]{0,100}"(?:test|check)"[^{]{0,200}|jacocoTestCoverageVerification|checkstyle|pmd|spotbugs|detekt)\s*\{/g;

function gradle(text: string): Parts {
  const code = meaningful(text, '//').join('\n');
  const blocks = [...code.matchAll(judgingBlock)].map((match) => {
    const start = match.index + match[0].length;
    let depth = 1;
    let end = start;
    for (; end < code.length && depth > 0; end += 1) depth += { '{': 1, '}': -1 }[code.charAt(end)] ?? 0;
    return [match[0].trim(), code.slice(start, end).replace(/\s+/g, ' ')] as const;
  });
  const settings = code.split('\n').filter((line) => /ignoreFailures|onlyIf|\benabled\s*=|gradle\.startParameter|excludedTask/.test(line));
  return new Map([...blocks, ['settings of the tests', settings.map((line) => line.trim()).join('\n')]]);
}

/** Lines without comments and without those that say nothing. */
function meaningful(text: string, comment: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== '' && !line.trim().startsWith(comment));
}
