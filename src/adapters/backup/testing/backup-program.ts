/** Makes backups of a state folder, one after the other, until it is killed. Arguments: the state folder, and the folder in which they lie. */
import { join } from 'node:path';
import { backupsOf } from './backup-stand.ts';

const [root = '', folder = ''] = process.argv.slice(2);
await using made = backupsOf(root);
process.stdout.write('begins\n');
for (let index = 0; ; index += 1) await made.backups.make(join(folder, `${process.pid}-${index}`));
