import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkspaceMethod } from '../../src/domain/machine.ts';
import { inTurns } from '../support/rounds.ts';
import type { MadeRepository } from './repository.ts';
import { worldsStand } from './stand.ts';

const packages = 500;
const filesInPackage = 20;
export const filesInLayer = packages * filesInPackage;

/** Five worlds with and without a layer of dependencies, in ms. */
export async function measureLayer(request: {
  readonly folder: string;
  readonly repository: MadeRepository;
  readonly method: WorkspaceMethod;
  readonly runs: number;
}): Promise<{ readonly with: readonly number[]; readonly without: readonly number[] }> {
  const layer = join(request.folder, 'layer');
  makeLayer(layer);
  await using stand = await worldsStand(request.folder, request.repository, request.method);
  const round = async (layers: readonly string[]): Promise<number> => {
    const started = performance.now();
    const worlds = await stand.make(layers);
    const took = performance.now() - started;
    await stand.remove(worlds);
    return took;
  };
  await round([layer]);
  const times = await inTurns({ with: () => round([layer]), without: () => round([]) }, { rounds: request.runs });
  await stand.assertNothingLeft();
  return times;
}

function makeLayer(layer: string): void {
  for (let name = 0; name < packages; name += 1) {
    const folder = join(layer, 'node_modules', `package-${name}`, 'lib');
    mkdirSync(folder, { recursive: true });
    for (let file = 0; file < filesInPackage; file += 1) writeFileSync(join(folder, `file${file}.js`), `module.exports = ${file};\n`);
  }
}
