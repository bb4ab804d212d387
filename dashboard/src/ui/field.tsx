import type { ComponentProps, ReactNode } from 'react';
import { useId } from 'react';
import { classes } from './classes.ts';

const box = 'w-full rounded-md border border-line-strong bg-surface px-3 text-ink placeholder:text-muted';

interface Labelled {
  readonly label: string;
  /** Only for those who do not see it, where the place says what it is. */
  readonly hidesLabel?: boolean;
}

/** A line of text with its label. */
export function TextField({ label, hidesLabel = false, className, ...rest }: Labelled & ComponentProps<'input'>) {
  const id = useId();
  return (
    <Label text={label} hides={hidesLabel} field={id} className={className}>
      <input type="text" {...rest} id={id} className={classes(box, 'min-h-9')} />
    </Label>
  );
}

/** Several lines of text with their label. */
export function TextArea({ label, hidesLabel = false, className, ...rest }: Labelled & ComponentProps<'textarea'>) {
  const id = useId();
  return (
    <Label text={label} hides={hidesLabel} field={id} className={className}>
      <textarea rows={3} {...rest} id={id} className={classes(box, 'py-2')} />
    </Label>
  );
}

/** One of a few. */
export function Select({ label, hidesLabel = false, className, ...rest }: Labelled & ComponentProps<'select'>) {
  const id = useId();
  return (
    <Label text={label} hides={hidesLabel} field={id} className={className}>
      <select {...rest} id={id} className={classes(box, 'min-h-9')} />
    </Label>
  );
}

interface LabelProps {
  readonly text: string;
  readonly hides: boolean;
  readonly field: string;
  readonly className: string | undefined;
  readonly children: ReactNode;
}

function Label({ text, hides, field, className, children }: LabelProps) {
  return (
    <div className={className}>
      <label htmlFor={field} className={hides ? 'sr-only' : 'mb-1 block font-medium'}>
        {text}
      </label>
      {children}
    </div>
  );
}
