import type { IntegrityFinding } from '../domain/choice.ts';
import { sourcePattern } from './source/source-pattern.ts';

const testFolder = /(?:^|\/)(?:tests?|__tests__|spec|specs|e2e)\//;
const testName = /(?:^|\/)(?:test[-_.][^/]*|[^/]*[-_.](?:test|tests|spec|snap)|tests?)\.[^/]*$|\.snap$/;

/** Folders in which whatever tests compare with lies beside them. */
const dataFolder = /(?:^|\/)(?:tests?|__tests__|__snapshots__|__fixtures__)\//;

/** Whether a path is one at which test runners look for tests, or for what tests compare with. */
export function isTestFile(path: string): boolean {
  if (/\.(?:md|mdx|txt)$/i.test(path) && !/(?:fixtures|snapshots)/.test(path)) return false;
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
    /(?:^|\/)(?:(?:vitest|vite)\.(?:config|workspace)\.[cm]?[jt]s|vitest\.workspace\.json|jest\.config\.(?:[cm]?[jt]s|json)|\.mocharc(?:\.(?:[cm]?js|jsonc?|ya?ml))?|mocha\.opts|\.npmrc|\.yarnrc(?:\.yml)?|\.pnpmfile\.[cm]?js|node\.config\.json|\.nycrc(?:\.json)?|\.c8rc(?:\.json)?)$/,
    'test-configuration-changed',
    'how tests are run',
  ],
];

/** What a path alone says about a file that was added, changed or deleted. */
export function pathFinding(path: string): IntegrityFinding | undefined {
  const found = rules.find(([pattern]) => pattern.test(path));
  if (found === undefined) return undefined;
  return { rule: found[1], path, detail: `It changes ${found[2]}: ${path}.` };
}
