import type { ForgeComment } from '../../domain/forge.ts';
import type { ForgePlace } from '../../ports/forge.ts';
import type { Access } from './access.ts';
import { listComments } from './comments.ts';
import { named, ownerAndRepo } from './place.ts';
import { isStatus } from './refusal.ts';
import { commentOf } from './shapes.ts';

export interface Telling {
  readonly place: ForgePlace;
  readonly marker: string;
  readonly body: string;
  /** Our id: a comment of anybody else is never touched, whatever it says. */
  readonly selfId: string;
}

/**
 * Writes our comment with the marker or edits the one that is there. GitHub knows no "only if there is none": where two processes have written at
 * once, the older comment stays and the younger goes.
 */
export async function tell(access: Access, telling: Telling): Promise<ForgeComment> {
  const { place, body } = telling;
  const whole = wholeBody(telling);
  const at = ownerAndRepo(place.repository);
  const [found] = await ours(access, telling);
  if (found !== undefined) return await edit(access, telling, found, whole);
  const { client, guard } = access;
  const written = await guard(`take a comment at ${named(place)}`, async () =>
    commentOf((await client.rest.issues.createComment({ ...at, issue_number: place.number, body: whole })).data),
  );
  const [oldest] = await ours(access, telling);
  if (oldest === undefined || oldest.id === written.id) return written;
  await guard(`remove a doubled comment at ${named(place)}`, async () => {
    try {
      await client.rest.issues.deleteComment({ ...at, comment_id: Number(written.id) });
    } catch (error) {
      if (!isStatus(error, 404)) throw error;
    }
  });
  return await edit(access, { ...telling, body }, oldest, whole);
}

function wholeBody({ body, marker }: Telling): string {
  return `${body.trimEnd()}\n\n${marker}`;
}

/** Oldest first: ids only grow. */
async function ours(access: Access, { place, marker, selfId }: Telling): Promise<readonly ForgeComment[]> {
  const all = await listComments(access, place);
  return all
    .filter(({ author, body }) => author.id === selfId && body.trimEnd().endsWith(marker))
    .toSorted((left, right) => Number(left.id) - Number(right.id));
}

async function edit({ client, guard }: Access, { place }: Telling, found: ForgeComment, whole: string): Promise<ForgeComment> {
  if (normal(found.body) === normal(whole)) return found;
  return await guard(`change our comment at ${named(place)}`, async () =>
    commentOf(
      (await client.rest.issues.updateComment({ ...ownerAndRepo(place.repository), comment_id: Number(found.id), body: whole })).data,
    ),
  );
}

/** GitHub may keep line ends as browsers send them. */
function normal(body: string): string {
  return body.replaceAll('\r\n', '\n').trimEnd();
}
