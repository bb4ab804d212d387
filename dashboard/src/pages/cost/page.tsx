import { Page } from '../../ui/page.tsx';

export function CostPage() {
  return <Page title="Cost">{undefined}</Page>;
}
