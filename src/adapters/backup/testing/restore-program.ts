/** Restores a backup into a state folder, over and over, until it is killed. Arguments: the state folder, then backups, one after the other. */
import { backupsOf } from './backup-stand.ts';

const [root = '', ...backups] = process.argv.slice(2);
await using made = backupsOf(root);
process.stdout.write('begins\n');
for (;;) for (const from of backups) await made.backups.restore({ from, force: true });
