/**
 * Runs before every npm script: installs what the project needs when it is missing or out of date, the right Node
 * included, and says nothing otherwise. Plain JavaScript, read by whatever Node the machine has: nothing newer than
 * ECMAScript 2018 here, so that an old one gets a sentence and no syntax error.
 */
import { fileURLToPath } from 'url';
import { missing } from './support/missing.mjs';

/** The oldest Node that the installation itself can be trusted with; what runs afterwards is Node 24. */
const oldestNode = 18;

async function setUp() {
  if (process.platform === 'win32') return 'Miyabi runs on Linux, macOS, or Windows through WSL2.';
  if (Number(process.versions.node.split('.')[0]) < oldestNode) {
    return 'Miyabi needs Node 24, and at least Node ' + oldestNode + ' to fetch it; this is Node ' + process.versions.node + '.';
  }
  const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[/]$/, '');
  if (missing(root) === undefined) return undefined;
  const { install } = await import('./support/install.mjs');
  return install(root, () => missing(root));
}

void setUp().then((failure) => {
  if (failure === undefined) return;
  console.error(failure);
  process.exitCode = 3;
});
