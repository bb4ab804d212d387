import { noPostgres } from '../support/postgres.ts';
import { deliveryConformance } from './engine-conformance.ts';
import { onPostgres } from './engine-postgres-stand.ts';

// What has nothing to do with delivery is asked of PostgreSQL with pg-boss.
deliveryConformance(
  'PostgreSQL',
  onPostgres(async () => ({ by: 'embedded' })),
  noPostgres(),
);
