import type { ComponentProps } from 'react';
import { classes } from './classes.ts';

/** A ground for what belongs together. */
export function Card({ className, ...rest }: ComponentProps<'div'>) {
  return <div {...rest} className={classes('rounded-lg border border-line bg-surface shadow-card', className)} />;
}
