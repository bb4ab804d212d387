import type { Answer } from '../../api/operations.ts';

export type Setting = Answer<'readSettings'>['items'][number];
export type SettingSource = Setting['source'];

/** Where a value can come from, the strongest first. */
export const sourceWords: Readonly<Record<SettingSource, string>> = {
  flag: 'command line',
  environment: 'environment',
  user: 'your configuration',
  repository: 'the repository',
  default: 'default',
};

export function sourceOf(word: string | undefined): SettingSource | undefined {
  return (Object.keys(sourceWords) as SettingSource[]).find((source) => source === word);
}

export interface SettingGroup {
  /** The first word of their paths, such as `worlds`. */
  readonly name: string;
  readonly settings: readonly Setting[];
}

/** Those that are meant, in groups, in the order in which they are told. */
export function groupsOf(
  settings: readonly Setting[],
  { text, source }: { readonly text: string; readonly source: SettingSource | undefined },
): readonly SettingGroup[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const meant = settings.filter(
    (setting) => (source === undefined || setting.source === source) && words.every((word) => wordsOf(setting).includes(word)),
  );
  return Array.from(
    Map.groupBy(meant, ({ path }) => path.split('.', 1)[0] ?? path),
    ([name, group]) => ({ name, settings: group }),
  );
}

function wordsOf({ path, description, variable, value }: Setting): string {
  return `${path} ${description} ${variable} ${valueWords(value)}`.toLowerCase();
}

/** Longer ones are told in several lines. */
const longestLine = 60;

/** A value as it would be written. */
export function valueWords(value: unknown): string {
  if (value === null || value === undefined) return 'not set';
  if (typeof value === 'string') return value;
  const line = JSON.stringify(value);
  return line.length > longestLine ? JSON.stringify(value, undefined, 2) : line;
}
