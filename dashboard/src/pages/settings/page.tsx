import { Page } from '../../ui/page.tsx';
import { Doctor } from '../workers/doctor.tsx';
import { Configuration } from './configuration.tsx';
import { ThisBrowser } from './this-browser.tsx';
import { Tokens } from './tokens.tsx';
import { You } from './you.tsx';

/** How this browser shows things, who may do what, and how the service is configured. */
export function SettingsPage() {
  return (
    <Page title="Settings">
      <div className="grid gap-x-10 lg:grid-cols-2">
        <ThisBrowser />
        <You />
      </div>
      <Tokens />
      <Doctor />
      <Configuration />
    </Page>
  );
}
