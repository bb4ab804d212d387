import { signatureMessage } from '../../../domain/error-signature.ts';
import type { SqlExecutor } from '../../store/postgres/executor.ts';
import type { Asked, Found, Ranking } from '../entry-index.ts';
import { mostHolding, weightOf } from '../entry-index.ts';
import { fileName } from '../indexed-texts.ts';

/** How many words are asked for at most: the rarest of those that were given. */
const mostWords = 24;
/** Words that are looked up to find these. */
const mostLookedUp = 150;
const mostNames = 8;
/** What a word tells in the parts that `setweight` calls D, C, B and A: diff; paths and concepts; body, errors, lessons; title. As in the file of one machine. */
const partWeights = '{0.125, 0.375, 0.5, 1.0}';

/** The rows of `SELECT id, told` that are shared: filtered, best first. $1: the most; $2: the only repository, or null. */
const best = (shared: string): string => `
  SELECT shared.id FROM (${shared}) AS shared JOIN miyabi_knowledge_word AS entry USING (id)
   WHERE $2::text IS NULL OR entry.repository_id = $2
   GROUP BY shared.id ORDER BY sum(shared.told) DESC, shared.id DESC LIMIT $1`;

export async function findInPostgres(executor: SqlExecutor, asked: Asked, hasTrigrams: boolean): Promise<Found> {
  const ids = async (shared: string, values: readonly unknown[]): Promise<readonly string[]> => {
    const { rows } = await executor.executeSql(best(shared), [asked.most, asked.only ?? null, ...values]);
    return rows.map(({ id }) => String(id));
  };
  const { rows } = await executor.executeSql('SELECT count(*) AS count FROM miyabi_knowledge_word');
  const count = Number(rows[0]?.['count']);
  const words = await lookedUp(executor, asked.words.slice(0, mostLookedUp), mostHolding(count));
  const weights = new Map(words.map(({ word, holding }) => [word, weightOf(holding, count)]));
  const rarest = words
    .filter(({ holding }) => holding > 0 && holding <= mostHolding(count))
    .toSorted((one, other) => one.holding - other.holding)
    .slice(0, mostWords)
    .map(({ word, query }) => ({ query, weight: weights.get(word) ?? 0 }));
  const messages = [...new Set(asked.signatures.map(signatureMessage))];
  const names = asked.names.toSorted((one, other) => other.length - one.length).slice(0, mostNames);
  const files = [...new Set(asked.paths.map(fileName))];
  const rankings: readonly Ranking[] = [
    {
      by: 'error',
      ids: asked.signatures.length === 0 ? [] : await ids(byError('signature'), [messages, asked.signatures, mostHolding(count)]),
    },
    { by: 'message', ids: messages.length === 0 ? [] : await ids(byError('message'), [messages, messages, mostHolding(count)]) },
    { by: 'paths', ids: files.length === 0 ? [] : await ids(byPaths, [files, asked.paths, mostHolding(count)]) },
    { by: 'words', ids: rarest.length === 0 ? [] : await ids(byWords, [JSON.stringify(rarest)]) },
    { by: 'names', ids: !hasTrigrams || names.length === 0 ? [] : await ids(byNames, [names.map(containing)]) },
  ];
  return { rankings, weights };
}

interface LookedUp {
  readonly word: string;
  /** As PostgreSQL asks for it. */
  readonly query: string;
  /** In so many entries it stands; counted as far as it matters. */
  readonly holding: number;
}

async function lookedUp(executor: SqlExecutor, words: readonly string[], enough: number): Promise<readonly LookedUp[]> {
  const { rows } = await executor.executeSql(
    `SELECT word, query::text AS query,
            (SELECT count(*) FROM (SELECT 1 FROM miyabi_knowledge_word AS entry WHERE entry.words @@ query LIMIT $2 + 1) AS few) AS holding
       FROM (SELECT word, plainto_tsquery('pg_catalog.english', word) AS query FROM unnest($1::text[]) AS word) AS asked
      WHERE numnode(query) > 0`,
    [words, enough],
  );
  return rows.map(({ word, query, holding }) => ({ word: String(word), query: String(query), holding: Number(holding) }));
}

const byWords = `
  SELECT entry.id, asked.weight * ts_rank('${partWeights}', entry.words, asked.query::tsquery, 1) AS told
    FROM json_to_recordset($3::json) AS asked (query text, weight float8)
    JOIN miyabi_knowledge_word AS entry ON entry.words @@ asked.query::tsquery`;

/** Trigrams: whatever stands within a longer name is found too, and the longer the part the more it tells. */
const byNames = `
  SELECT entry.id, length(part) AS told FROM unnest($3::text[]) AS part JOIN miyabi_knowledge_word AS entry ON entry.names LIKE part`;

/** Those that share the rarest first; an error that everybody has tells nothing. A signature is found by its message. */
const byError = (column: 'signature' | 'message'): string => `
  SELECT id, 1.0 / holding AS told
    FROM (SELECT id, count(*) OVER (PARTITION BY value) AS holding
            FROM (SELECT DISTINCT id, ${column} AS value FROM miyabi_knowledge_error
                   WHERE message = ANY($3::text[]) AND ${column} = ANY($4::text[])) AS having_it) AS counted
   WHERE holding <= $5`;

/** The same path counts twice the same name; either counts the less the more entries have it. */
const byPaths = `
  SELECT id, (1.0 + whole) / holding AS told
    FROM (SELECT id, whole, count(*) OVER (PARTITION BY name) AS holding
            FROM (SELECT id, name, max(CASE WHEN path = ANY($4::text[]) THEN 1 ELSE 0 END) AS whole FROM miyabi_knowledge_path
                   WHERE name = ANY($3::text[]) GROUP BY id, name) AS having_it) AS counted
   WHERE holding <= $5`;

function containing(name: string): string {
  return `%${name.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
