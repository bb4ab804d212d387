/** Answers the API on the state folder that it is given, and carries nothing. Tells its address and a token, then whenever it is asked what processor time it has used, and ends with whoever started it. */
import { openApp } from '../../src/app.ts';
import { apiStand } from '../../test/support/api-stand.ts';

process.once('disconnect', () => process.exit(0));
const stateRoot = process.argv[2] ?? '';
const environment = { PATH: process.env['PATH'], HOME: stateRoot, XDG_CONFIG_HOME: stateRoot };
const app = await openApp({ environment, version: '0.0.0', flags: {}, stateRoot });
const api = await apiStand(app.tools);
process.on('message', () => process.send?.(process.cpuUsage()));
process.send?.({ url: api.url, token: api.tokens.read });
