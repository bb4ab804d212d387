import ms from 'ms';
import { Failure } from '../domain/failure.ts';

/**
 * A time span such as `90m`, `12h` or `7d`, in ms; `0` needs no unit.
 * @param zero what `0` means, in words that follow `<option> 0`.
 * @throws Failure (usage) for what is none.
 */
export function readTime(option: string, text: string, zero: string): number {
  const time = /^\s*\d/.test(text) && text.length < 50 ? ms(text as ms.StringValue) : undefined;
  if (time !== undefined && Number.isFinite(time) && time >= 0 && /[a-z]|^\s*0\s*$/i.test(text)) return time;
  throw new Failure('usage', {
    what: `${option} ${JSON.stringify(text)} is not a time.`,
    why: 'It takes a number and a unit: minutes, hours, days or weeks.',
    fix: `Write it as \`${option} 12h\` or \`${option} 7d\`; \`${option} 0\` ${zero}.`,
  });
}
