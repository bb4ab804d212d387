import { folderArtifacts } from '../../src/adapters/artifacts/folder-artifacts.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { artifactsConformance } from './artifacts-conformance.ts';

artifactsConformance('a folder', async (clock) => {
  const folder = await temporaryFolder('artifacts-');
  return { artifacts: folderArtifacts({ folder: folder.path, clock }), [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
});
