import { LoaderCircle } from 'lucide-react';
import type { Answer } from '../../api/operations.ts';
import { Meter } from '../../ui/meter.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Cell, Row, Table } from '../../ui/table.tsx';
import { bytes } from '../../words/bytes.ts';

type DiskState = Answer<'readService'>['disk'];

/** What each part of the state folder is for. */
const partWords: Readonly<Record<string, string>> = {
  'miyabi.db': 'the records',
  'knowledge.db': 'what was learnt, made ready to be searched',
  'knowledge-vectors.db': 'the same by what it means',
  daily: 'the logs of the service',
  locks: 'which processes live',
  services: 'which services answer where',
  sandboxes: 'walls around programs',
  worlds: 'checkouts in which agents work',
  bases: 'checkouts that worlds begin from',
  layers: 'installed dependencies, shared by worlds',
  mirrors: 'repositories of our own',
  logs: 'what programs of runs printed',
  artifacts: 'what runs keep',
  releases: 'what was built of releases',
};

/** What the state folder holds, the largest first. */
export function Disk({ disk }: { readonly disk: DiskState }) {
  const { parts, measuredAt, isMeasuring } = disk;
  const most = Math.max(0, ...parts.map((part) => part.bytes));
  return (
    <>
      <p className="mb-2 flex min-h-6 items-center gap-2 text-muted">
        {isMeasuring ? <LoaderCircle aria-hidden size={15} className="animate-spin" /> : undefined}
        {measuredAt === null ? 'What the state folder holds is being added up …' : undefined}
        {measuredAt === null ? undefined : (
          <span>
            added up <Moment at={measuredAt} />
          </span>
        )}
      </p>
      {parts.length === 0 ? undefined : (
        <Table label="What the state folder holds" head={['Part', 'Size', 'Beside the largest', 'What it is']}>
          {parts.map((part) => (
            <Row key={part.name}>
              <Cell>
                <code>{part.name}</code>
              </Cell>
              <Cell className="tabular whitespace-nowrap">
                {part.isPartial ? 'at least ' : ''}
                {bytes(part.bytes)}
              </Cell>
              <Cell className="w-1/3 min-w-28">
                <Meter label={`Size of ${part.name}`} value={part.bytes} most={most} text={bytes(part.bytes)} />
              </Cell>
              <Cell className="text-muted">{partWords[part.name] ?? ''}</Cell>
            </Row>
          ))}
        </Table>
      )}
    </>
  );
}
