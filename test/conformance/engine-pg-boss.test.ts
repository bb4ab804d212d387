/** @module-tag campaign */
import { noPostgres } from '../support/postgres.ts';
import { engineConformance } from './engine-conformance.ts';
import { onPostgres } from './engine-postgres-stand.ts';

engineConformance(
  'PostgreSQL with pg-boss',
  onPostgres(async () => ({ by: 'pg-boss' })),
  noPostgres(),
);
