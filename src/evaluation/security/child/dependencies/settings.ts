import type { RuleName } from '../../rules.ts';
import type { Found } from '../found.ts';
import { dependencyFileKind } from './file-kinds.ts';

type Rule = readonly [RegExp, RuleName];

/** Registries that everybody uses. */
const usual = String.raw`(?!["']?https:\/\/(?:registry\.npmjs\.org|registry\.yarnpkg\.com|pypi\.org|npm\.pkg\.github\.com|index\.crates\.io)(?:\/|["'\s]|$))`;

const npm: readonly Rule[] = [
  [new RegExp(String.raw`^\s*(?:@[\w.-]+:)?registry\s*=\s*${usual}`, 'i'), 'registry-redirected'],
  [/^\s*(?:proxy|https-proxy|cafile|ca(?:\[\])?)\s*=/i, 'registry-redirected'],
  [
    /^\s*(?:script-shell|shell|git|node-options|globalconfig|userconfig|prefix|init-module|onload-script|viewer|editor|scripts-prepend-node-path|python|node-gyp|pnpmfile|global-pnpmfile|enable-pre-post-scripts)\s*=/i,
    'package-manager-commanded',
  ],
  [
    /^\s*(?:ignore-scripts|strict-ssl|verify-store-integrity|ignore-pnpmfile)\s*=\s*(?:false|0)|^\s*(?:unsafe-perm|dangerously-allow-all-builds)\s*=\s*true/i,
    'package-manager-commanded',
  ],
];

const yarn: readonly Rule[] = [
  [new RegExp(String.raw`^\s*"?(?:npmRegistryServer|npmPublishRegistry|registry)"?[:\s]\s*${usual}`), 'registry-redirected'],
  [/^\s*(?:httpProxy|httpsProxy|httpsCaFilePath|unsafeHttpWhitelist)\s*:/, 'registry-redirected'],
  [/^\s*"?(?:yarnPath|yarn-path|pnpUnpluggedFolder)"?[:\s]/, 'package-manager-commanded'],
  [/^\s*-?\s*(?:path|spec)\s*:\s*\S+/, 'package-manager-commanded'],
  [
    /^\s*(?:enableScripts|dangerously\w*)\s*:\s*true|^\s*(?:enableStrictSsl|enableImmutableInstalls|checksumBehavior)\s*:\s*"?(?:false|ignore|update)/,
    'package-manager-commanded',
  ],
];

const pip: readonly Rule[] = [
  [new RegExp(String.raw`^\s*(?:--)?(?:extra-)?index-url[\s=]+${usual}|^\s*-i\s+${usual}`), 'registry-redirected'],
  [/^\s*(?:--)?(?:find-links|trusted-host)[\s=]|^\s*-f\s+\S/, 'registry-redirected'],
];

const pnpm: readonly Rule[] = [
  [/^\s*(?:dangerouslyAllowAllBuilds\s*:\s*true|ignoreScripts\s*:\s*false|scriptShell\s*:|pnpmfile\s*:)/, 'package-manager-commanded'],
  [new RegExp(String.raw`^\s*registry\s*:\s*${usual}`), 'registry-redirected'],
];

const cargo: readonly Rule[] = [
  [/^\s*(?:replace-with|registry|index|directory|local-registry)\s*=/, 'registry-redirected'],
  [/^\s*(?:linker|runner|rustc(?:-wrapper|-workspace-wrapper)?|credential-provider)\s*=/, 'package-manager-commanded'],
];

const others: readonly Rule[] = [
  [/<(?:mirror|repository)>|<add\s[^>]{0,200}\bvalue\s*=\s*"https?:\/\/(?!api\.nuget\.org\/)/, 'registry-redirected'],
  [/^-(?:javaagent|agentlib|agentpath)|<extension>/, 'package-manager-commanded'],
];

/** Lines of settings that send a package manager elsewhere or make it start something. A line that stands in the base already is not new. */
export function redirectsIn(path: string, text: string): readonly Found[] {
  if (/(?:^|\/)\.?pnpmfile\.[cm]?js$/.test(path))
    return text === ''
      ? []
      : [{ rule: 'package-manager-commanded', index: 0, snippet: text.slice(0, 5000), detail: 'pnpm runs this file when it installs.' }];
  const rules = rulesFor(path);
  const found: Found[] = [];
  let index = 0;
  for (const line of rules.length === 0 ? [] : text.split('\n')) {
    const start = line.slice(0, 1000);
    const rule = /^\s*[#;]/.test(start) ? undefined : rules.find(([pattern]) => pattern.test(start))?.[1];
    // The line itself may hold a password.
    const [key = ''] = /[@\w.:-]{1,60}/.exec(start) ?? [];
    if (rule !== undefined)
      found.push({
        rule,
        index,
        snippet: start,
        detail: `${rule === 'registry-redirected' ? 'It sends a package manager elsewhere' : 'It names a program that a package manager starts, or takes a guard away'}: \`${key}\`.`,
      });
    index += line.length + 1;
  }
  return [...found, ...goReplacements(path, text)];
}

function rulesFor(path: string): readonly Rule[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === '.npmrc') return npm;
  if (name.startsWith('.yarnrc')) return yarn;
  if (name === 'pnpm-workspace.yaml') return pnpm;
  if (/^pip\.(?:conf|ini)$/.test(name) || dependencyFileKind(path) === 'requirements') return pip;
  if (path.includes('.cargo/')) return cargo;
  return /nuget\.config$/i.test(name) || path.includes('.mvn/') ? others : [];
}

/** `replace a => b` of go.mod, where b is no folder of the repository. */
function goReplacements(path: string, text: string): readonly Found[] {
  if (!/(?:^|\/)go\.mod$/.test(path)) return [];
  return [...text.matchAll(/^[ \t]*(?:replace[ \t]+)?(\S{1,200})(?:[ \t]+v\S{1,100})?[ \t]+=>[ \t]+(\S{1,200})/gm)].flatMap(
    ({ index, 0: snippet, 1: name = '', 2: target = '' }) =>
      target.startsWith('./') || name.startsWith('//')
        ? []
        : [{ rule: 'dependency-redirected' as const, index, snippet, detail: `${name} is replaced by ${target}.` }],
  );
}
