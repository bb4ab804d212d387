import { createService } from './server.js';

const { MIYABI_COMMIT: commit, PORT: port = '8080' } = process.env;
const service = createService({ commit });
service.listen(Number(port), '127.0.0.1', () => console.log(`listening at http://127.0.0.1:${port}`));

// Requests that have begun are answered before it ends.
process.once('SIGTERM', () => service.close(() => process.exit()));
