/** Makes the layer that its arguments (JSON) ask for, as one of several processes would, and prints how that ended. */
import { removeFolder } from '../../src/adapters/git/remove-folder.ts';
import { sqliteLocks } from '../../src/adapters/lock/sqlite-locks.ts';
import { createProcessRunner } from '../../src/adapters/process/process-runner.ts';
import { ensureLayer } from '../../src/worlds/ensure-layer.ts';

export interface LayerProgramRequest {
  readonly layers: string;
  readonly locks: string;
  readonly path: string;
  readonly key: string;
}

const request = JSON.parse(process.argv[2] ?? '{}') as LayerProgramRequest;
await using runner = createProcessRunner();
// With its first program a runner starts the guard that ends all of them after a kill.
await runner.run({ command: ['true'], cwd: '/', env: { PATH: request.path }, timeoutMs: 10_000 });
const ensured = await ensureLayer(
  {
    process: runner,
    locks: sqliteLocks(request.locks),
    workspaces: { clear: (directory) => removeFolder({ process: runner, path: request.path }, directory) },
    withBuildingPlace: () => Promise.reject(new Error('No foreign code runs here.')),
  },
  { layers: request.layers, usersEnvironment: { PATH: request.path }, timeoutMs: 100_000, at: Date.now() },
  {
    kind: 'layer',
    key: request.key,
    install: { command: ['npm', 'ci'], shown: 'npm ci' },
    source: { kind: 'lists', files: { 'package.json': '{}' }, foreignCode: 'does-not-run' },
    notes: [],
  },
);
console.log(ensured.kind);
