import type { ButtonProps } from './button.tsx';
import { Button } from './button.tsx';
import type { Scope } from './use-may.ts';
import { useMay } from './use-may.ts';

export interface ChangeButtonProps extends ButtonProps {
  /** What whoever presses it must be allowed; `operate` by default. */
  readonly needs?: Scope;
}

/** A button that leads to a change: whoever may not make it cannot press it, and is told why. */
export function ChangeButton({ needs = 'operate', disabled = false, title, ...rest }: ChangeButtonProps) {
  const may = useMay(needs);
  return <Button {...rest} disabled={disabled || may.disabled} title={may.title ?? title} aria-description={may.title} />;
}
