import { githubForgeStand } from '../support/github-forge-stand.ts';
import { describeForge } from './forge-conformance.ts';

describeForge('GitHub', githubForgeStand);
