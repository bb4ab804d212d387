import type { Command } from 'commander';
import type { Done } from './service-commands.ts';
import type { Shell } from './shell.ts';

const backupExamples = `
Examples:
  miyabi backup                       into backups/<time> of the state folder; the oldest go beyond backup.keep
  miyabi backup /mnt/safe/miyabi      into a folder that must not be there yet
  miyabi backup --json | jq -r .path

While runs go on. A backup is a folder: miyabi.db stands alone, every file is named in manifest.json with its SHA-256, and it is opened and looked
through before it has its name. Worlds, dependencies and logs are not in it. Of records on a PostgreSQL pg_dump makes backups.`;

const restoreExamples = `
Examples:
  miyabi restore /mnt/safe/miyabi --state ./drill       somewhere else, to see that it works
  miyabi restore /mnt/safe/miyabi --force               in the place of what is there, which is kept beside it

It is copied and looked through first, and then takes its place at once: a kill at any point leaves the one or the other. Nobody may work there
meanwhile. Runs that had not ended go on from where they were at the time of the backup.`;

const local = ['--local', 'the state folder, also where a database of many machines is configured'] as const;
const json = ['--json', 'one JSON object on standard output'] as const;

/** `backup` and `restore`. */
export function addMaintenance(program: Command, shell: Shell, done: Done): void {
  program
    .command('backup')
    .description('copy the records, large values, releases and commits of runs, while they go on')
    .argument('[folder]', 'where to; it must not be there yet (default: by its time, where backup.folder says)')
    .option(...local)
    .option(...json)
    .addHelpText('after', backupExamples)
    .action(async (folder: string | undefined, options) =>
      done(await (await import('./backup.ts')).backup(shell, folder, { ...program.opts(), ...options })),
    );
  program
    .command('restore')
    .description('put a backup in the place of what the state folder holds')
    .argument('<folder>', 'that `miyabi backup` has made')
    .option('--force', 'also where there are records: they are kept beside it')
    .option(...local)
    .option(...json)
    .addHelpText('after', restoreExamples)
    .action(async (folder: string, options) =>
      done(await (await import('./backup.ts')).restore(shell, folder, { ...program.opts(), ...options })),
    );
}
