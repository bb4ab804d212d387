import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../ui/answered.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { Collect } from './collect.tsx';
import { Disk } from './disk.tsx';
import { Doctor } from './doctor.tsx';
import { QueueFigures } from './queue-figures.tsx';
import { Stuck } from './stuck.tsx';
import { WorkerTable } from './worker-table.tsx';

/** No event tells of heartbeats and disks. */
const everyMs = 5_000;

/** Who executes tasks, how much there is to do, what does not go on, and how full the disk is. */
export function WorkersPage() {
  const service = useAnswer('readService', {}, { everyMs });
  return (
    <Page
      title="Workers"
      about={service.data === undefined ? 'Who executes tasks, and how the machine is.' : `Miyabi ${service.data.version} answers here.`}
    >
      <Answered query={service} what="how the service is">
        {(state) => (
          <>
            <QueueFigures service={state} />
            <Section title="What does not go on">
              <Stuck stuck={state.stuck} />
            </Section>
            <WorkerTable everyMs={everyMs} />
            <Section title="Disk" actions={<Collect />}>
              <Disk disk={state.disk} />
            </Section>
          </>
        )}
      </Answered>
      <Doctor />
    </Page>
  );
}
