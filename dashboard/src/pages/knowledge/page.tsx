import { Page } from '../../ui/page.tsx';

export function KnowledgePage() {
  return <Page title="Knowledge">{undefined}</Page>;
}
