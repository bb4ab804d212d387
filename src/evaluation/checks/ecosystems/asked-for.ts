import type { ProjectReader } from '../project-reader.ts';

/** Files in which projects say what they run over their code, besides the configuration of the tools themselves. */
const places =
  /^(?:\.pre-commit-config\.yaml|\.gitlab-ci\.yml|(?:GNU)?[Mm]akefile|[Jj]ustfile|tox\.ini|noxfile\.py|\.github\/workflows\/[^/]+\.ya?ml)$/;

const mostFiles = 20;
/** Of one file, in characters. */
const mostText = 200_000;

/** What a project says of the tools it wants used: a tool is never used because it happens to be there. */
export async function askedFor(reader: ProjectReader, more: readonly string[] = []): Promise<string> {
  const files = (await reader.list()).filter((path) => places.test(path)).slice(0, mostFiles);
  const texts = await Promise.all([...new Set([...files, ...more])].map(async (path) => await reader.readFile(path)));
  return texts.map((text) => (text ?? '').slice(0, mostText)).join('\n');
}

/** Where tools may keep what they would otherwise put into the checkout. */
export function cacheFolder(base: Readonly<Record<string, string>>): string {
  return base['XDG_CACHE_HOME'] ?? `${base['HOME'] ?? '/nonexistent'}/.cache`;
}
