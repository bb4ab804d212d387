const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A length of time in the two largest units that say something: `3.4 s`, `2 min 5 s`, `3 h 20 min`, `4 d 2 h`. @param ms whole or not, 0 or more. */
export function span(ms: number): string {
  const length = Math.max(0, ms);
  if (length < minute) return `${(length / second).toFixed(length < 10 * second ? 1 : 0)} s`;
  if (length < hour) return two(length, [minute, 'min'], [second, 's']);
  if (length < day) return two(length, [hour, 'h'], [minute, 'min']);
  return two(length, [day, 'd'], [hour, 'h']);
}

function two(length: number, [large, largeName]: readonly [number, string], [small, smallName]: readonly [number, string]): string {
  const rest = Math.floor((length % large) / small);
  return `${Math.floor(length / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}

/** How long ago something was, or how long it is until then. @param at epoch ms. */
export function ago(at: number, now: number): string {
  if (Math.abs(now - at) < 5 * second) return 'just now';
  return now >= at ? `${coarse(now - at)} ago` : `in ${coarse(at - now)}`;
}

function coarse(ms: number): string {
  if (ms < minute) return `${Math.round(ms / second)} s`;
  if (ms < hour) return `${Math.round(ms / minute)} min`;
  if (ms < 2 * day) return `${Math.round(ms / hour)} h`;
  return `${Math.round(ms / day)} d`;
}

/** The date and time in the words of whoever looks, to the second. */
export function exactly(at: number): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}
