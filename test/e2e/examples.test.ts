/** @module-tag campaign */
import { mainJob } from './example-job.ts';

// What five are like is seen of the first; two are enough to choose from; of the second example it is its two tasks that count.
mainJob('parcel-rates', 1, 5);
mainJob('booking', 1, 2);
mainJob('ledger-report', 2, 1);
