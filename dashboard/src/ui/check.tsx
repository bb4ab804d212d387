import type { ComponentProps, ReactNode } from 'react';
import { classes } from './classes.ts';

interface Labelled extends Omit<ComponentProps<'input'>, 'type' | 'about'> {
  readonly label: ReactNode;
  /** Below the label, in a sentence. */
  readonly about?: ReactNode;
}

/** Something that is so or is not. */
export function Check(props: Labelled) {
  return <Ticked {...props} type="checkbox" />;
}

/** One of a few that are all to be seen; those of one `name` belong together. */
export function Radio(props: Labelled) {
  return <Ticked {...props} type="radio" />;
}

function Ticked({ label, about, className, ...rest }: Labelled & { readonly type: 'checkbox' | 'radio' }) {
  return (
    <label className={classes('flex min-h-7 cursor-pointer items-start gap-2.5 has-disabled:cursor-not-allowed', className)}>
      <input {...rest} className="mt-1 size-4 shrink-0 accent-accent" />
      <span className="min-w-0">
        <span className="font-medium">{label}</span>
        {about === undefined ? undefined : <span className="block text-muted">{about}</span>}
      </span>
    </label>
  );
}
