/**
 * A program of its own, started by the repair agent: reads what to search from its standard input, prints what it finds
 * as JSON lines. It reads the project and writes nothing there; candidates run in worker processes of its own.
 */
import { text } from 'node:stream/consumers';
import { searchInput, type SearchEvent } from '../protocol.ts';
import { repairProject } from './repair-project.ts';

function print(event: SearchEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

await repairProject(searchInput.parse(JSON.parse(await text(process.stdin))), print);
