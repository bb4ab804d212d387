import { CircleAlert, Info, OctagonAlert, TriangleAlert } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { classes } from '../../ui/classes.ts';
import { toneText } from '../../ui/tones.ts';
import type { Tone } from '../../words/states.ts';
import type { Severity as SeverityWord } from './question-words.ts';

const looks: Readonly<Record<SeverityWord, { readonly icon: LucideIcon; readonly tone: Tone }>> = {
  critical: { icon: OctagonAlert, tone: 'bad' },
  high: { icon: TriangleAlert, tone: 'bad' },
  medium: { icon: CircleAlert, tone: 'warn' },
  low: { icon: Info, tone: 'info' },
};

/** How grave a question is, by icon, word and colour. */
export function Severity({ severity }: { readonly severity: SeverityWord }) {
  const { icon: Icon, tone } = looks[severity];
  return (
    <span className={classes('inline-flex items-center gap-1.5 font-semibold whitespace-nowrap', toneText[tone])}>
      <Icon aria-hidden size={16} />
      {severity}
    </span>
  );
}
