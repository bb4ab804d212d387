import type { FileChange } from '../../domain/change.ts';
import type { SecurityFinding } from '../../domain/security.ts';
import type { ReadFile } from './changed-files.ts';
import { levelOf } from './child/found.ts';
import type { RuleName } from './rules.ts';
import { ruleOf } from './rules.ts';

/** Rules on where a changed file lies. */
const places: readonly (readonly [RegExp, RuleName])[] = [
  [
    /^(?:\.github\/(?:workflows|actions)\/|\.(?:gitea|forgejo)\/workflows\/|\.circleci\/|\.buildkite\/|\.woodpecker\/)|^(?:\.gitlab-ci\.ya?ml|\.travis\.yml|azure-pipelines\.ya?ml|bitbucket-pipelines\.yml|\.drone\.ya?ml|\.?appveyor\.yml|\.woodpecker\.ya?ml|\.cirrus\.yml|Jenkinsfile|\.github\/(?:dependabot\.yml|CODEOWNERS)|CODEOWNERS|renovate\.json5?)$/,
    'continuous-integration',
  ],
  [
    /(?:^|\/)\.(?:husky|githooks|lefthook)\/|^hooks\/(?:pre|post|commit)-|(?:^|\/)(?:\.?lefthook(?:-local)?\.(?:ya?ml|toml|json)|\.pre-commit-config\.ya?ml|\.?simple-git-hooks\.[cm]?js(?:on)?|\.huskyrc(?:\.[^/]*)?|\.gitattributes|\.gitconfig|\.gitmodules)$/,
    'git-hooks',
  ],
  [
    /(?:^|\/)(?:CLAUDE(?:\.local)?\.md|AGENTS(?:\.override)?\.md|GEMINI\.md|\.mcp\.json|\.cursorrules|\.windsurfrules|\.clinerules|\.aider[^/]*|opencode\.jsonc?|\.agent[^/]*)$|(?:^|\/)\.(?:claude|cursor|codex|gemini|opencode|windsurf|cline|clinerules|roo|continue|agents?|amazonq|junie|kiro)\/|^\.github\/(?:copilot-instructions\.md|instructions\/|prompts\/|chatmodes\/|agents\/)|^\.vscode\/(?:tasks|settings|launch|mcp)\.json$|^\.devcontainer\//i,
    'agent-configuration',
  ],
  [/(?:^|\/)(?:Dockerfile[^/]*|Containerfile[^/]*|[^/]*\.dockerfile|(?:docker-)?compose[^/]*\.ya?ml)$/i, 'container-file'],
];

/** Files whose name says what they hold. */
const environmentFile = /(?:^|\/)\.env(?:\.[\w.-]+)?$/;
const environmentTemplate = /\.(?:example|sample|template|dist|defaults?|test|ci|schema|types)(?:\.|$)/i;
const keyFile =
  /(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|\.netrc|\.pypirc|\.pgpass|\.htpasswd|credentials|[^/]*\.(?:p12|pfx|jks|keystore|kdbx|ppk))$/;

const images = /\.(?:png|jpe?g|gif|webp|avif|ico|icns|bmp|pdf|woff2?|ttf|otf|eot|mp[34]|webm|ogg|wav)$/i;
const programs = /\.(?:exe|dll|so(?:\.\d+)*|dylib|node|wasm|bin|class|jar|war|pyc|pyd|o|a|lib|msi|deb|rpm|apk|com|scr)$/i;

/** What names, kinds and modes of changed files say. @param links where links of the changed commit lead, as far as they can be read. */
export async function pathFindings(files: readonly FileChange[], links: ReadFile): Promise<readonly SecurityFinding[]> {
  const found: SecurityFinding[] = [];
  for (const file of files) {
    const { path, from = '', kind, status } = file;
    const rules = places.filter(([pattern]) => pattern.test(path) || pattern.test(from)).map(([, rule]) => rule);
    found.push(
      ...rules.map((rule) =>
        finding(rule, path, status === 'deleted' ? `${ruleOf(rule).says.replace(/\.$/, '')}: it is deleted.` : undefined),
      ),
    );
    if (status === 'deleted') continue;
    if (kind === 'submodule') found.push(finding('submodule', path));
    else if (kind === 'symlink') found.push(...link(path, await links(path)));
    else found.push(...ofContent(file));
  }
  return found;
}

function ofContent({ path, status, binary, kind }: FileChange): readonly SecurityFinding[] {
  const isNew = status === 'added';
  const isProgram = programs.test(path) && (binary || /\.wasm$/i.test(path));
  const isText = !binary;
  return [
    ...(isProgram && status !== 'mode' ? [finding('new-program', path)] : []),
    ...(binary && isNew && !isProgram && !images.test(path) ? [finding('new-binary', path)] : []),
    ...(kind === 'executable' && (isNew || status === 'mode') ? [finding(isText ? 'executable-bit' : 'new-program', path)] : []),
    ...(environmentFile.test(path) && !environmentTemplate.test(path) && isNew ? [finding('environment-file', path)] : []),
    ...(keyFile.test(path) && isNew ? [finding('key-file', path)] : []),
  ];
}

/** Of a link that cannot be read nobody can say where it leads. */
function link(path: string, target: string | undefined): readonly SecurityFinding[] {
  if (target === undefined) return [finding('link-outside', path, 'A link leads nobody can tell where.')];
  return [finding(leaves(path, target) ? 'link-outside' : 'new-link', path)];
}

function leaves(path: string, target: string): boolean {
  if (target.startsWith('/') || /^[A-Za-z]:|\\/.test(target)) return true;
  let depth = path.split('/').length - 1;
  for (const part of target.split('/')) {
    if (part === '..') depth -= 1;
    else if (part !== '.' && part !== '') depth += 1;
    // The repository's own administration is as good as outside.
    if (depth < 0 || part === '.git') return true;
  }
  return false;
}

function finding(rule: RuleName, path: string, detail = ruleOf(rule).says): SecurityFinding {
  return { analysis: ruleOf(rule).analysis, rule, level: levelOf(rule, false) ?? 'low', path, detail };
}
