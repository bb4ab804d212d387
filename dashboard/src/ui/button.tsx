import type { ComponentProps } from 'react';
import { classes } from './classes.ts';

const looks = {
  main: 'bg-accent text-on-accent border-transparent hover:opacity-90',
  plain: 'bg-surface text-ink border-line-strong hover:bg-sunken',
  quiet: 'bg-transparent text-ink border-transparent hover:bg-sunken',
  danger: 'bg-surface text-bad border-bad hover:bg-bad-soft',
} as const;

export interface ButtonProps extends ComponentProps<'button'> {
  /** `main`: the one thing to do here; `plain` by default. */
  readonly look?: keyof typeof looks;
  /** Under way: it cannot be pressed again, and says so. */
  readonly busy?: boolean;
  readonly small?: boolean;
}

/** Something that can be done here. One with an icon alone needs an `aria-label`. */
export function Button({ look = 'plain', busy = false, small = false, className, disabled, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
      className={classes(
        'inline-flex cursor-pointer items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap transition-colors',
        'disabled:cursor-not-allowed disabled:opacity-60',
        small ? 'min-h-7 px-2 text-[13px]' : 'min-h-9 px-3',
        looks[look],
        className,
      )}
    >
      {children}
    </button>
  );
}
