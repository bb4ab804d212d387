import { Link, useSearch } from '@tanstack/react-router';
import { usePages } from '../../api/queries.ts';
import { Page } from '../../ui/page.tsx';
import { tabLook, Tabs } from '../../ui/tabs.tsx';
import { AnsweredTab } from './answered-tab.tsx';
import { StandingTab } from './standing-tab.tsx';
import { WaitingTab } from './waiting-tab.tsx';

const tabs = [
  { tab: 'waiting', name: 'Waiting' },
  { tab: 'answered', name: 'Answered' },
  { tab: 'standing', name: 'Answers that stand' },
] as const;

/** Everything that waits for a person, over all runs; what was answered; and answers that hold for later. */
export function InboxPage() {
  const { tab = 'waiting' } = useSearch({ from: '/inbox' });
  const waiting = usePages('listEscalations').data?.length;
  return (
    <Page title="Inbox" windowTitle={waiting === undefined || waiting === 0 ? 'Inbox' : `(${waiting}) Inbox`}>
      <Tabs label="Parts of the inbox">
        {tabs.map(({ tab: each, name }) => (
          <li key={each}>
            <Link
              to="/inbox"
              search={each === 'waiting' ? {} : { tab: each }}
              activeOptions={{ exact: true }}
              aria-current={each === tab ? 'page' : undefined}
              className={tabLook}
            >
              {name}
              {each === 'waiting' && waiting !== undefined ? (
                <span className="rounded-full bg-idle-soft px-1.5 text-[12px] tabular text-ink">{waiting}</span>
              ) : undefined}
            </Link>
          </li>
        ))}
      </Tabs>
      {tab === 'answered' ? <AnsweredTab /> : tab === 'standing' ? <StandingTab /> : <WaitingTab />}
    </Page>
  );
}
