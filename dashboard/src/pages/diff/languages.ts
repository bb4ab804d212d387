/** Languages that are coloured in a diff, by the names of their grammars: each is a file of its own, which is read when it is first needed. */
export const languages = [
  'typescript',
  'tsx',
  'javascript',
  'jsx',
  'json',
  'jsonc',
  'css',
  'scss',
  'html',
  'vue',
  'markdown',
  'yaml',
  'toml',
  'python',
  'go',
  'rust',
  'java',
  'kotlin',
  'csharp',
  'c',
  'cpp',
  'php',
  'ruby',
  'swift',
  'shellscript',
  'sql',
  'xml',
  'docker',
] as const;
type Language = (typeof languages)[number];

const byEnding: ReadonlyArray<readonly [Language, string]> = [
  ['typescript', 'ts mts cts'],
  ['tsx', 'tsx'],
  ['javascript', 'js mjs cjs'],
  ['jsx', 'jsx'],
  ['json', 'json'],
  ['jsonc', 'jsonc json5'],
  ['css', 'css'],
  ['scss', 'scss'],
  ['html', 'html htm'],
  ['vue', 'vue'],
  ['markdown', 'md markdown mdx'],
  ['yaml', 'yml yaml'],
  ['toml', 'toml'],
  ['python', 'py pyi'],
  ['go', 'go'],
  ['rust', 'rs'],
  ['java', 'java'],
  ['kotlin', 'kt kts'],
  ['csharp', 'cs'],
  ['c', 'c h'],
  ['cpp', 'cpp cc cxx hpp hh'],
  ['php', 'php'],
  ['ruby', 'rb gemspec rakefile gemfile'],
  ['swift', 'swift'],
  ['shellscript', 'sh bash zsh'],
  ['sql', 'sql'],
  ['xml', 'xml svg'],
  ['docker', 'dockerfile'],
];
const known = new Map(byEnding.flatMap(([language, endings]) => endings.split(' ').map((ending) => [ending, language] as const)));

/** The language of a file by the end of its name, or by its whole name; `text` where it is none that is coloured. */
export function languageOf(path: string): Language | 'text' {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  return known.get(name.slice(name.lastIndexOf('.') + 1)) ?? 'text';
}
