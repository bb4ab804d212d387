import type { Db } from 'pg-boss';

/**
 * The same database for statements without parameters whose commits need not reach the disk at once: what a power cut takes away of a fetch
 * is fetched again.
 */
export function unflushed(database: Db): Db {
  return {
    executeSql: async (text, values = []) => {
      if (values.length > 0) return database.executeSql(text, values);
      const answers: unknown = await database.executeSql(`set local synchronous_commit = off; ${text}`);
      // One for each statement.
      const answer: unknown = Array.isArray(answers) ? answers.at(-1) : answers;
      return { rows: typeof answer === 'object' && answer !== null && 'rows' in answer && Array.isArray(answer.rows) ? answer.rows : [] };
    },
  };
}
