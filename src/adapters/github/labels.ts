import type { ForgeLabel } from '../../domain/forge.ts';
import type { ForgePlace } from '../../ports/forge.ts';
import type { Access } from './access.ts';
import { named, ownerAndRepo } from './place.ts';
import { isStatus } from './refusal.ts';

const longestName = 50;
const longestDescription = 100;

/** GitHub takes no longer names, and tells names apart without regard to case. */
function nameOf(label: string): string {
  return Array.from(label).slice(0, longestName).join('');
}

function keyOf(label: string): string {
  return nameOf(label).toLowerCase();
}

/** Makes those that are missing; what is there stays as it is. */
export async function ensureLabels({ client, guard }: Access, repository: string, labels: readonly ForgeLabel[]): Promise<void> {
  const at = ownerAndRepo(repository);
  await guard(`make labels in ${repository}`, async () => {
    const all = await client.paginate(client.rest.issues.listLabelsForRepo, { ...at, per_page: 100 });
    const known = new Set(all.map(({ name }) => keyOf(name)));
    for (const { name, color, description } of labels) {
      if (known.has(keyOf(name))) continue;
      known.add(keyOf(name));
      try {
        await client.rest.issues.createLabel({ ...at, name: nameOf(name), color, description: description.slice(0, longestDescription) });
      } catch (error) {
        // Somebody else has made it in between.
        if (!(isStatus(error, 422) && error instanceof Error && error.message.includes('already_exists'))) throw error;
      }
    }
  });
}

/** Of an issue or a pull request, which is an issue to GitHub; labels that nobody names stay. */
export async function changeLabels(
  { client, guard }: Access,
  place: ForgePlace,
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<void> {
  const at = { ...ownerAndRepo(place.repository), issue_number: place.number };
  await guard(`change the labels of ${named(place)}`, async () => {
    const all = await client.paginate(client.rest.issues.listLabelsOnIssue, { ...at, per_page: 100 });
    const present = new Map(all.map(({ name }) => [keyOf(name), name]));
    const missing = add.filter((label) => !present.has(keyOf(label)));
    if (missing.length > 0) await client.rest.issues.addLabels({ ...at, labels: missing.map(nameOf) });
    for (const label of remove) {
      const name = present.get(keyOf(label));
      if (name === undefined) continue;
      try {
        await client.rest.issues.removeLabel({ ...at, name });
      } catch (error) {
        // Taken off by somebody else in between.
        if (!isStatus(error, 404)) throw error;
      }
    }
  });
}
