import type { OperationTools } from '../tools.ts';
import type { Diagnosis, Finding } from './finding.ts';
import { failure, fine, inSize, warning } from './finding.ts';
import { databaseFindings } from './shared-database.ts';

type StorageTools = Pick<OperationTools, 'hostChecks' | 'state' | 'databaseState' | 'engine' | 'recordsUnderCheck'>;

/** A log that is larger was not put into the file for a while: somebody reads without an end, or nobody wrote since. */
const largeLogBytes = 64 * 1024 ** 2;

/** Where records and everything else lie, and whether it is sound. */
export async function storageFindings(tools: StorageTools): Promise<readonly Diagnosis[]> {
  return [
    await folder(tools),
    await sqlite(tools),
    ...(tools.databaseState === undefined
      ? await recordsFile(tools)
      : databaseFindings(await tools.databaseState(), await tools.engine.workers())),
    await records(tools),
  ];
}

/** That it can be written to is known: it was opened before anything is looked at. */
async function folder({ hostChecks, state }: StorageTools): Promise<Diagnosis> {
  const mode = await hostChecks.folderMode();
  if ((mode & 0o077) === 0) return fine('State folder', state.root);
  return {
    ...warning('State folder', `${state.root} can be read by others (mode ${mode.toString(8)})`, `chmod 700 ${state.root}`),
    mend: async () => {
      await hostChecks.closeFolder();
      return `${state.root} is for its owner alone.`;
    },
  };
}

async function sqlite({ hostChecks }: StorageTools): Promise<Finding> {
  const { version, hasFullText, vectors } = await hostChecks.sqlite();
  const told = 'version' in vectors ? `sqlite-vec ${vectors.version}` : `no sqlite-vec (${vectors.missing})`;
  const detail = `${version}, ${hasFullText ? 'with' : 'without'} full text search, ${told}`;
  if (!hasFullText) return failure('SQLite', detail, 'Use the Node that Miyabi brings.');
  return 'version' in vectors
    ? fine('SQLite', detail)
    : warning('SQLite', detail, 'Install again: without it nothing is found by its meaning, only by its words.');
}

async function recordsFile({ hostChecks, state }: StorageTools): Promise<readonly Diagnosis[]> {
  const file = await hostChecks.recordsFile();
  if (file === undefined) return [failure('Database', `${state.database} is gone`, 'Restore a backup: `miyabi restore`.')];
  const schemas = Object.entries(file.schemas).map(([name, number]) => `${name} ${number}`);
  const detail = `${state.database}, ${inSize(file.bytes)} (${inSize(file.freeBytes)} unused), log ${inSize(file.logBytes)}, schemas ${schemas.join(' and ')}`;
  if (file.journal !== 'wal')
    return [
      warning(
        'Database',
        `${detail}; its journal is ${file.journal} in place of wal`,
        'Whoever opened it with another program has changed that: start Miyabi once more.',
      ),
    ];
  if (file.logBytes <= largeLogBytes) return [fine('Database', detail)];
  return [
    {
      ...warning(
        'Database',
        `${detail}: a log that large slows everybody down`,
        'End the program that reads the file without an end, such as a database browser.',
      ),
      mend: async () =>
        (await hostChecks.emptyLog())
          ? 'The log of the database was put into the file.'
          : 'The log of the database stayed: somebody reads it.',
    },
  ];
}

/** As `miyabi db check` does, but for large values. */
async function records({ recordsUnderCheck }: StorageTools): Promise<Finding> {
  const faults = await recordsUnderCheck.faults();
  const [first] = faults;
  if (first === undefined) return fine('Records', 'intact, and nothing in them contradicts another');
  return failure(
    'Records',
    `${faults.length === 1 ? 'one fault' : `${faults.length} faults`}: ${first.detail}`,
    '`miyabi db check` names all of them; `miyabi restore` brings a backup back.',
  );
}
