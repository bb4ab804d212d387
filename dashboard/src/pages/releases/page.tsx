import { Page } from '../../ui/page.tsx';

export function ReleasesPage() {
  return <Page title="Releases">{undefined}</Page>;
}
