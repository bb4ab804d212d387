import { useSearch } from '@tanstack/react-router';
import { Page } from '../../ui/page.tsx';
import { BurnSection } from './burn-section.tsx';
import { Caps } from './caps.tsx';
import { CostFigures } from './cost-figures.tsx';
import { CostRows } from './cost-rows.tsx';

/** What models have cost, against what they may, and where it leads to. */
export function CostPage() {
  const { run } = useSearch({ from: '/cost' });
  return (
    <Page title="Cost" about="What models have cost, in USD; days and months are those of UTC.">
      <CostFigures run={run} />
      <BurnSection run={run} />
      <CostRows />
      <Caps />
    </Page>
  );
}
