import { join } from 'node:path';
import type { ForgeLabel } from '../../domain/forge.ts';
import { writeText } from './files.ts';
import type { RepositoryFolder } from './folder.ts';
import { readIn } from './folder.ts';
import type { Item } from './items.ts';
import { changeItem } from './items.ts';
import { labelsFile } from './shapes.ts';
import { appendYaml, readYaml } from './yaml-file.ts';

/** As `Forge.ensureLabels` says. Only under the lock of the repository. */
export async function ensureLabels(repository: RepositoryFolder, wanted: readonly ForgeLabel[]): Promise<void> {
  const found = await readIn(repository, 'labels.yaml');
  const path = join(repository.path, 'labels.yaml');
  const place = { path, firstLine: 1 };
  const text = found?.text.trim() === '' ? '' : (found?.text ?? '');
  const known = new Set((text === '' ? [] : readYaml(labelsFile, text, place)).map(({ name }) => name.toLowerCase()));
  const missing: Record<string, string>[] = [];
  for (const { name, color, description } of wanted) {
    if (known.has(name.toLowerCase())) continue;
    known.add(name.toLowerCase());
    missing.push({ name, color, description });
  }
  if (missing.length > 0) await writeText(path, appendYaml(text, missing, place), repository.forge.clock.now());
}

/** As `Forge.changeLabels` says. Only under the lock of the repository. */
export async function changeLabels(
  repository: RepositoryFolder,
  item: Item,
  change: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<void> {
  const { labels } = item.front;
  const gone = new Set(change.remove.map((label) => label.toLowerCase()));
  const after = new Map(labels.filter((label) => !gone.has(label.toLowerCase())).map((label) => [label.toLowerCase(), label]));
  for (const label of change.add) if (!after.has(label.toLowerCase())) after.set(label.toLowerCase(), label);
  const names = [...after.values()];
  if (names.join('\n') !== labels.join('\n')) await changeItem(repository, item, { front: { labels: names } });
}
