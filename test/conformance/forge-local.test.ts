import { localForgeStand } from '../support/local-forge-stand.ts';
import { describeForge } from './forge-conformance.ts';

describeForge('in a folder', localForgeStand);
