import type { FileChange } from '../../domain/change.ts';
import type { ChecksPlan } from '../../domain/checks.ts';
import type { IntegrityFinding } from '../../domain/choice.ts';
import { sourcePattern } from '../source/source-pattern.ts';

const testFolder = /(?:^|\/)(?:tests?|__tests__|spec|specs|e2e)\//;
const testName = /(?:^|\/)(?:test[-_.][^/]*|[^/]*[-_.](?:test|tests|spec|snap)|tests?)\.[^/]*$|\.snap$/;

/** Folders in which whatever tests compare with lies beside them. */
const dataFolder = /(?:^|\/)(?:tests?|__tests__|__snapshots__|__fixtures__|fixtures|testdata|test-data)\//;

/** Words to people, which lie beside tests too. */
const words = /(?:^|\/)(?:readme|changelog|contributing|notes|todo|licen[cs]e|agents|claude)[^/]*\.(?:mdx?|txt)$/i;

/** Whether a path is one at which test runners look for tests, or for what tests compare with. */
export function isTestFile(path: string): boolean {
  if (words.test(path)) return false;
  if (/\.(?:mdx?|txt)$/i.test(path)) return dataFolder.test(path);
  return testName.test(path) || dataFolder.test(path) || (testFolder.test(path) && sourcePattern.test(path));
}

type PathRule = readonly [RegExp, IntegrityFinding['rule'], string];

const rules: readonly PathRule[] = [
  [
    /^(?:\.github\/(?:workflows|actions)\/|\.(?:gitea|forgejo)\/workflows\/|\.circleci\/|\.buildkite\/|\.woodpecker\/|\.ci\/)/,
    'continuous-integration-changed',
    'continuous integration',
  ],
  [
    /^(?:\.gitlab-ci\.ya?ml|\.travis\.yml|azure-pipelines\.ya?ml|bitbucket-pipelines\.yml|\.drone\.ya?ml|\.?appveyor\.yml|\.woodpecker\.ya?ml|\.cirrus\.yml|Jenkinsfile)$/,
    'continuous-integration-changed',
    'continuous integration',
  ],
  [/(?:^|\/)\.(?:husky|githooks|lefthook)\/|^(?:hooks\/(?:pre|post|commit)-)/, 'git-hooks-changed', 'git hooks'],
  [
    /(?:^|\/)(?:\.?lefthook(?:-local)?\.(?:ya?ml|toml|json)|\.pre-commit-config\.ya?ml|\.?simple-git-hooks\.[cm]?js(?:on)?|\.huskyrc(?:\..*)?|\.gitattributes|\.gitconfig)$/,
    'git-hooks-changed',
    'what git runs',
  ],
  [/(?:^|\/)\.gitmodules$/, 'submodule-added', 'submodules'],
  [
    /(?:^|\/)(?:(?:vitest|vite)\.(?:config|workspace)\.[cm]?[jt]s|vitest\.workspace\.json|jest\.config\.(?:[cm]?[jt]s|json)|\.mocharc(?:\.(?:[cm]?js|jsonc?|ya?ml))?|mocha\.opts|\.npmrc|\.yarnrc(?:\.yml)?|\.pnpmfile\.[cm]?js|node\.config\.json|\.nycrc(?:\.json)?|\.c8rc(?:\.json)?|\.taprc|ava\.config\.[cm]?js|\.env\.test(?:\.local)?|\.nvmrc|\.node-version|\.tool-versions|(?:vitest|jest|mocha|tests?)[-._]?(?:global[-._]?)?setup[^/]*\.[cm]?[jt]sx?|setup[-._]?(?:tests?|vitest|jest|mocha)[^/]*\.[cm]?[jt]sx?)$|(?:^|\/)__mocks__\//i,
    'test-configuration-changed',
    'how tests are run',
  ],
];

/** Configuration of linters, read wherever it lies. */
const ofLinters =
  /(?:^|\/)(?:\.eslintrc(?:\.[^/]+)?|\.eslintignore|eslint\.config\.[cm]?[jt]s|\.?oxlintrc(?:\.[^/]+)?|oxlint\.config\.[cm]?[jt]s|\.oxfmtrc(?:\.[^/]+)?|biome\.jsonc?|\.prettierrc(?:\.[^/]+)?|\.prettierignore|prettier\.config\.[cm]?[jt]s|\.stylelintrc(?:\.[^/]+)?|\.stylelintignore|stylelint\.config\.[cm]?[jt]s|\.jshintrc|\.xo-config(?:\.[^/]+)?|\.lintstagedrc(?:\.[^/]+)?)$/;
const ofCompilers = /(?:^|\/)(?:\.babelrc(?:\.[^/]+)?|babel\.config\.(?:[cm]?[jt]s|json)|\.swcrc)$/;
/** A new one changes nothing for those that are there. */
const ofTypes = /(?:^|\/)(?:tsconfig[^/]*|jsconfig)\.json$/;

/** What a path alone says about a file that was added, changed or deleted in a project that is checked by `plan`. */
export function pathFinding(path: string, status: FileChange['status'], plan: ChecksPlan): IntegrityFinding | undefined {
  const found = rules.find(([pattern]) => pattern.test(path));
  if (found !== undefined) return { rule: found[1], path, detail: `It changes ${found[2]}: ${path}.` };
  const compiles = plan.build ?? plan.typeCheck ?? plan.test;
  const isJudge =
    (ofLinters.test(path) && plan.lint !== undefined) ||
    (ofCompilers.test(path) && compiles !== undefined) ||
    (ofTypes.test(path) && status !== 'added' && (compiles ?? plan.lint) !== undefined);
  return isJudge ? { rule: 'check-configuration-changed', path, detail: `It changes how it is checked: ${path}.` } : undefined;
}
