import { shownDatabaseAddress } from '../../../domain/database-address.ts';
import { Failure } from '../../../domain/failure.ts';

/**
 * The address of a database as people may see it, in messages and logs: without a password, or anything else that could be one.
 *
 * @throws Failure (configuration) for what is no address of a PostgreSQL.
 */
export function shownAddress(url: string): string {
  const shown = shownDatabaseAddress(url);
  if (shown !== undefined) return shown;
  throw new Failure('configuration', {
    what: 'The address of the database cannot be used.',
    why: 'It must begin with postgres:// and be a URL; a special character in its password is written as in URLs, such as %40 for @.',
    fix: 'Give it as postgres://user:password@host:5432/database.',
  });
}
