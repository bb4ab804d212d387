import { classes } from './classes.ts';

export interface MeterProps {
  /** What is measured, for those who do not see the bar. */
  readonly label: string;
  readonly value: number;
  readonly most: number;
  /** In words; by default as a share of the most. */
  readonly text?: string;
  readonly className?: string;
  /** A background class, such as `bg-good`; the accent by default. */
  readonly fill?: string;
}

/** A bar that is as full as its value is of the most. */
export function Meter({ label, value, most, text, className, fill = 'bg-accent' }: MeterProps) {
  const share = most <= 0 ? 0 : Math.min(1, Math.max(0, value / most));
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={0}
      aria-valuemax={most}
      aria-valuetext={text ?? `${Math.round(share * 100)} %`}
      className={classes('h-2 w-full overflow-hidden rounded-full bg-idle-soft', className)}
    >
      <div className={classes('h-full rounded-full transition-[width]', fill)} style={{ width: `${share * 100}%` }} />
    </div>
  );
}
