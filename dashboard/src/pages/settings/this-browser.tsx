import type { ThemeChoice } from '../../frame/theme.ts';
import { chooseTheme, themeChoices, useThemeChoice } from '../../frame/theme.ts';
import type { Notices } from '../../frame/notices.ts';
import { switchNotices, useNotices } from '../../frame/notices.ts';
import { Check, Radio } from '../../ui/check.tsx';
import { switchKeys } from '../../ui/keys.ts';
import { Section } from '../../ui/page.tsx';
import { useAreKeysOn } from '../../ui/use-keys.ts';

const themeNames: Readonly<Record<ThemeChoice, string>> = { system: 'As the system', light: 'Light', dark: 'Dark' };

const noticeWords: Readonly<Record<Notices, string>> = {
  on: 'A notice comes while you look elsewhere, as long as a tab of the dashboard is open.',
  off: 'Your browser asks you once whether it may.',
  refused: 'Your browser was told not to show notices of this page; that is changed in its own settings.',
  impossible: 'This browser shows no notices of pages, or not of those that came without TLS from another machine.',
};

/** What holds for this browser alone. */
export function ThisBrowser() {
  const theme = useThemeChoice();
  const areKeysOn = useAreKeysOn();
  const notices = useNotices();
  return (
    <Section title="This browser">
      <fieldset>
        <legend className="mb-1 font-medium">Colours</legend>
        <div className="flex flex-wrap gap-x-6">
          {themeChoices.map((choice) => (
            <Radio key={choice} name="theme" label={themeNames[choice]} checked={theme === choice} onChange={() => chooseTheme(choice)} />
          ))}
        </div>
      </fieldset>
      <Check
        className="mt-4"
        label="Single keys do something"
        about="The sheet of keys (?) tells which. Keys with Ctrl or ⌘ work in any case."
        checked={areKeysOn}
        onChange={({ target }) => switchKeys(target.checked)}
      />
      <Check
        className="mt-4"
        label="Tell me when something waits for an answer"
        about={noticeWords[notices]}
        checked={notices === 'on'}
        disabled={notices === 'refused' || notices === 'impossible'}
        onChange={({ target }) => void switchNotices(target.checked)}
      />
    </Section>
  );
}
