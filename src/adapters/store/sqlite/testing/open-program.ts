import { failureOf, open } from './refused.ts';

// Opens the database, as another user perhaps, and prints how it was refused. Usage: open-program.ts PATH
const path = process.argv[2] ?? '';
const { reason, text } = await failureOf(open(path).then((database) => database.close()));
process.stdout.write(JSON.stringify({ reason, text }));
