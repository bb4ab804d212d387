import type { FileChange } from '../../domain/change.ts';
import type { ChecksPlan } from '../../domain/checks.ts';
import type { IntegrityFinding } from '../../domain/choice.ts';

type PathRule = readonly [RegExp, IntegrityFinding['rule'], string];

const rules: readonly PathRule[] = [
  [
    /^(?:\.github\/|\.(?:gitea|forgejo)\/workflows\/|\.circleci\/|\.buildkite\/|\.woodpecker\/|\.ci\/|\.gitlab\/ci\/|\.azure(?:-pipelines)?\/)/,
    'continuous-integration-changed',
    'continuous integration',
  ],
  [
    /^(?:\.gitlab-ci\.ya?ml|\.travis\.yml|azure-pipelines\.ya?ml|bitbucket-pipelines\.yml|\.drone\.ya?ml|\.?appveyor\.yml|\.woodpecker\.ya?ml|\.cirrus\.yml|Jenkinsfile|\.?codecov\.ya?ml|\.mergify\.yml|cloudbuild\.ya?ml)$/,
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
  // Python: what pytest and coverage read, what the interpreter loads by itself, and what would stand before a runner of that name.
  [
    /(?:^|\/)(?:\.?pytest\.(?:ini|toml)|tox\.ini|noxfile\.py|\.coveragerc|sitecustomize\.py|usercustomize\.py|[^/]*\.pth|\.python-version)$|^(?:src\/)?(?:pytest|_pytest|unittest|coverage|nose2?)(?:\.py$|\/)/,
    'test-configuration-changed',
    'how tests are run',
  ],
  // Go, Rust, Java and .NET.
  [
    /(?:^|\/)(?:go\.work|\.cargo\/config(?:\.toml)?|\.config\/nextest\.toml|nextest\.toml|rust-toolchain(?:\.toml)?|tarpaulin\.toml|testng[^/]*\.xml|junit-platform\.properties|[^/]*\.runsettings|xunit\.runner\.json|global\.json|nuget\.config|Directory\.Build\.(?:props|targets)|phpunit\.xml(?:\.dist)?|\.rspec)$|^(?:\.mvn\/|gradle\/wrapper\/|gradlew$|mvnw$)|(?:^|\/)META-INF\/services\/org\.junit/i,
    'test-configuration-changed',
    'how tests are run',
  ],
  // Runners that lie in the repository.
  [
    /(?:^|\/)node_modules\/|^\.yarn\/(?:releases|plugins|patches|sdks)\/|^\.pnp\.[cm]?js$|^vendor\/(?:github\.com\/stretchr|gotest\.tools|bundle|phpunit|bin)\//,
    'check-program-changed',
    'programs that the checks run',
  ],
];

/** Configuration of linters, read wherever it lies. */
const ofLinters =
  /(?:^|\/)(?:\.eslintrc(?:\.[^/]+)?|\.eslintignore|eslint\.config\.[cm]?[jt]s|\.?oxlintrc(?:\.[^/]+)?|oxlint\.config\.[cm]?[jt]s|\.oxfmtrc(?:\.[^/]+)?|biome\.jsonc?|\.prettierrc(?:\.[^/]+)?|\.prettierignore|prettier\.config\.[cm]?[jt]s|\.stylelintrc(?:\.[^/]+)?|\.stylelintignore|stylelint\.config\.[cm]?[jt]s|\.jshintrc|\.xo-config(?:\.[^/]+)?|\.lintstagedrc(?:\.[^/]+)?|\.?ruff\.toml|\.flake8|\.pylintrc|pylintrc|\.?mypy\.ini|\.golangci\.(?:ya?ml|toml|json)|\.?clippy\.toml|\.?rustfmt\.toml|checkstyle[^/]*\.xml|pmd[^/]*\.xml|spotbugs[^/]*\.xml|detekt\.ya?ml|\.editorconfig|\.rubocop\.yml|\.shellcheckrc)$/;
const ofCompilers = /(?:^|\/)(?:\.babelrc(?:\.[^/]+)?|babel\.config\.(?:[cm]?[jt]s|json)|\.swcrc)$/;
/** A new one changes nothing for those that are there. */
const ofTypes = /(?:^|\/)(?:tsconfig[^/]*|jsconfig|pyrightconfig)\.json$/;

/** What a path alone says about a file that was added, changed or deleted in a project that is checked by `plan`. */
export function pathFinding(path: string, status: FileChange['status'], plan: ChecksPlan): IntegrityFinding | undefined {
  const found = rules.find(([pattern]) => pattern.test(path));
  if (found !== undefined && !isAboutPeople(path)) return { rule: found[1], path, detail: `It changes ${found[2]}: ${path}.` };
  const compiles = plan.build ?? plan.typeCheck ?? plan.test;
  const isJudge =
    (ofLinters.test(path) && plan.lint !== undefined) ||
    (ofCompilers.test(path) && compiles !== undefined) ||
    (ofTypes.test(path) && status !== 'added' && (compiles ?? plan.lint) !== undefined);
  return isJudge ? { rule: 'check-configuration-changed', path, detail: `It changes how it is checked: ${path}.` } : undefined;
}

/** Of `.github` and the like: words, templates and funding, which run nothing. */
function isAboutPeople(path: string): boolean {
  return /^\.github\/(?:[^/]*\.md|FUNDING\.yml|ISSUE_TEMPLATE\/.*|PULL_REQUEST_TEMPLATE\/.*)$/i.test(path);
}
