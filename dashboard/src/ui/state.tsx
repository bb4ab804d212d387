import { shown } from '../words/states.ts';
import { classes } from './classes.ts';
import { toneSoft, toneText } from './tones.ts';

/** A state by its icon, its word and its colour. @param props.quiet without a ground of its own, for tables. */
export function State({ state, quiet = false }: { readonly state: string; readonly quiet?: boolean }) {
  const { icon: Icon, word, tone, moves } = shown(state);
  return (
    <span
      className={classes(
        'inline-flex items-center gap-1.5 font-medium whitespace-nowrap',
        quiet ? toneText[tone] : classes('rounded-full px-2 py-0.5 text-[13px]', toneSoft[tone]),
      )}
    >
      <Icon aria-hidden size={15} className={moves === true ? 'animate-spin [animation-duration:2s]' : undefined} />
      {word}
    </span>
  );
}
