import type { SecurityAnalysis, SecurityLevel } from '../../domain/security.ts';

/** What a rule looks for, and how much it matters. */
export interface SecurityRule {
  readonly analysis: SecurityAnalysis;
  /** In code that ships; in tests it is one level lower where {@link SecurityRule.milderInTests} says so. */
  readonly level: SecurityLevel;
  /** A sentence for people; of a finding that has nothing more exact to say it is the whole detail. */
  readonly says: string;
  readonly milderInTests?: true;
}

const secrets = (level: SecurityLevel, says: string): SecurityRule => ({ analysis: 'secrets', level, says });
const code = (level: SecurityLevel, says: string): SecurityRule => ({ analysis: 'dangerous-code', level, says, milderInTests: true });
const supply = (level: SecurityLevel, says: string): SecurityRule => ({ analysis: 'supply-chain', level, says });
const gains = (level: SecurityLevel, says: string): SecurityRule => ({ analysis: 'capabilities', level, says, milderInTests: true });
const place = (level: SecurityLevel, says: string): SecurityRule => ({ analysis: 'capabilities', level, says });

/** Every rule of ours by its name; docs/security-analyses.md shows the same table. */
export const securityRules = {
  'own-secret': secrets('critical', 'A secret that Miyabi itself holds stands there.'),
  'private-key': secrets('critical', 'A private key stands there.'),
  'private-key-header': secrets('high', 'The first line of a private key stands there.'),
  'model-provider-key': secrets('high', 'It has the shape of a key of a model provider.'),
  'github-token': secrets('high', 'It has the shape of a token of GitHub.'),
  'gitlab-token': secrets('high', 'It has the shape of a token of GitLab.'),
  'aws-access-key-id': secrets('high', 'It has the shape of an access key of AWS.'),
  'google-key': secrets('high', 'It has the shape of a key of Google.'),
  'slack-token': secrets('high', 'It has the shape of a token of Slack.'),
  'npm-token': secrets('high', 'It has the shape of a token of npm.'),
  'miyabi-token': secrets('high', 'It has the shape of a token of Miyabi.'),
  'hugging-face-token': secrets('high', 'It has the shape of a token of Hugging Face.'),
  'stripe-key': secrets('high', 'It has the shape of a key of Stripe.'),
  'json-web-token': { ...secrets('high', 'It has the shape of a JSON Web Token.'), milderInTests: true },
  'known-key': secrets('high', 'Secretlint knows it as a key.'),
  'password-in-address': { ...secrets('medium', 'Secretlint found a password in an address.'), milderInTests: true },
  'assigned-secret': { ...secrets('high', 'Something random is assigned to a name that speaks of a secret.'), milderInTests: true },
  'environment-file': secrets('high', 'A file with values for the environment is part of the change.'),
  'key-file': secrets('high', 'A file in which programs keep keys is part of the change.'),
  'unread-file': secrets('medium', 'It could not be read, or is too large to be looked through.'),

  eval: code('high', 'A text is run as code.'),
  'new-function': code('high', 'A function is made from a text.'),
  'vm-code': code('medium', 'A text is run as code in the same process; `node:vm` keeps nothing in.'),
  'shell-command-built': code('high', 'A command for a shell is put together from values.'),
  'shell-option': code('medium', 'A program is started through a shell.'),
  'html-injection': code('medium', 'A value becomes HTML as it is.'),
  'slow-regex': code('medium', 'A regular expression takes exponential time on some inputs.'),
  'tls-check-off': code('high', 'Certificates of servers are not checked.'),
  'weak-hash': code('low', 'A hash that is broken is used.'),
  'weak-hash-of-secret': code('medium', 'A hash that is broken is used on a secret.'),
  'weak-cipher': code('medium', 'A cipher that is broken is used.'),
  'sql-built': code('medium', 'A statement of SQL is put together from values.'),
  'path-from-request': code('medium', 'A path is made from what a request says.'),
  'prototype-pollution': code('medium', 'A prototype that all objects share can be written.'),
  'predictable-temporary-file': code('low', 'A temporary file has a name that others can guess.'),
  'predictable-token': code('medium', 'A secret is made of numbers that can be guessed.'),
  'unsafe-deserialisation': code('medium', 'Data can make code run while it is read.'),
  'open-cors': code('medium', 'Every site may ask with the credentials of the visitor.'),
  'jwt-unsigned': code('high', 'Tokens without a signature are accepted or made.'),
  'downloaded-code-run': code('high', 'What is downloaded is run.'),
  'removes-by-variable': code('medium', 'A folder is removed whose name comes from a variable.'),
  'code-not-read': { analysis: 'dangerous-code', level: 'medium', says: 'The file is so long that not all of its code was looked at.' },
  'unsafe-code': code('low', 'Code leaves what the language guarantees.'),

  'known-vulnerability-high': { analysis: 'vulnerabilities', level: 'high', says: 'A known vulnerability, critical or high.' },
  'known-vulnerability-medium': {
    analysis: 'vulnerabilities',
    level: 'medium',
    says: 'A known vulnerability, moderate or of unknown weight.',
  },
  'known-vulnerability-low': { analysis: 'vulnerabilities', level: 'low', says: 'A known vulnerability, low.' },

  'new-install-script': supply('high', 'A package runs a script when it is installed, and did not before.'),
  'new-registry-host': supply('high', 'A package comes from a host that none came from before.'),
  'foreign-source': supply('high', 'A package comes from a repository or an address in place of a registry.'),
  'outside-source': supply('medium', 'A package comes from a folder outside of the repository.'),
  'insecure-address': supply('high', 'A package is fetched without encryption.'),
  'integrity-removed': supply('high', 'The checksum of a version that is the same was taken away.'),
  'integrity-changed': supply('high', 'The checksum of a version that is the same became another.'),
  'integrity-missing': supply('medium', 'A new package of a registry has no checksum.'),
  'lockfile-alone': supply('low', 'A lockfile changed and no manifest did.'),
  'lockfile-behind': supply('low', 'A manifest asks for other packages and its lockfile did not change.'),
  'lockfile-unreadable': supply('medium', 'A lockfile cannot be read, so nothing is known of what it names.'),
  'licence-not-allowed': supply('high', 'A new package has a licence that `security.licences` does not name.'),
  'licence-unknown': supply('low', 'Of new packages the licence is not known.'),
  'name-like-another': supply('medium', 'A new package has a name one letter away from that of a popular one.'),
  'dependency-redirected': supply('high', 'A package is replaced by something from elsewhere.'),
  'registry-redirected': supply('high', 'A file sends a package manager to another registry.'),
  'package-manager-commanded': supply('high', 'A file names a program that a package manager starts, or takes a guard away.'),
  'package-manager-hash': supply('high', 'The package manager is another one under the same version.'),

  'gains-process': gains('medium', 'It starts programs, and did not before.'),
  'gains-network': gains('low', 'It uses the network, and did not before.'),
  'gains-eval': gains('medium', 'It runs texts as code, and did not before.'),
  'gains-files': gains('low', 'It uses files, and did not before.'),
  'gains-files-outside': gains('medium', 'It names files outside of the project, and did not before.'),
  'gains-environment': gains('low', 'It reads the environment, and did not before.'),
  'gains-dynamic-import': gains('low', 'It loads modules by a name that is made when it runs, and did not before.'),
  'gains-worker': gains('low', 'It starts threads, and did not before.'),
  'gains-native': gains('medium', 'It runs machine code or WebAssembly, and did not before.'),
  'gains-internals': gains('high', 'It reaches for the internals of the runtime, and did not before.'),
  'continuous-integration': place('high', 'It changes continuous integration.'),
  'git-hooks': place('high', 'It changes what git runs.'),
  'agent-configuration': place('high', 'It changes what coding agents are told or may do.'),
  'container-file': place('medium', 'It changes how a container is made.'),
  'install-script': place('high', 'It changes what runs when the project is installed.'),
  'new-binary': place('medium', 'It brings a binary file.'),
  'new-program': place('high', 'It brings machine code.'),
  'link-outside': place('high', 'A link leads out of the repository.'),
  'new-link': place('low', 'It brings a link.'),
  submodule: place('high', 'It brings or moves a submodule.'),
  'executable-bit': place('low', 'A file becomes executable.'),
  'minified-code': place('medium', 'Code that people cannot read: a long line with hardly a space.'),
  'hidden-code': place('high', 'A long block of encoded text is decoded or run.'),
  'bidirectional-text': place('high', 'Characters change the order in which code is shown.'),
  'invisible-text': place('medium', 'Characters that nobody sees stand in code.'),
  'hidden-text': place('high', 'A message is hidden in characters that nobody sees.'),
  'mixed-alphabets': place('medium', 'A name mixes letters of several alphabets that look alike.'),
} as const satisfies Readonly<Record<string, SecurityRule>>;

export type RuleName = keyof typeof securityRules;

/** The rule of that name, in its widest form. */
export function ruleOf(name: RuleName): SecurityRule {
  return securityRules[name];
}
