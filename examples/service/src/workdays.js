const dayMs = 24 * 60 * 60 * 1000;

/**
 * Working days from one date to another, both of them included; Saturdays and Sundays are none.
 *
 * @param {string} from such as 2026-03-02
 * @param {string} to
 */
export function workdays(from, to) {
  const [first, last] = [dayOf(from), dayOf(to)];
  if (last < first) throw new RangeError(`${to} lies before ${from}`);
  if (last - first > 100 * 366) throw new RangeError('more than a hundred years');
  let count = 0;
  for (let day = first; day <= last; day += 1) if (isWorkday(day)) count += 1;
  return count;
}

/** Days since the first of January 1970, a Thursday. */
function dayOf(text) {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text)
    throw new RangeError(text === '' ? 'a date is missing' : `${text} is no date`);
  return time / dayMs;
}

function isWorkday(day) {
  const weekday = (((day + 4) % 7) + 7) % 7;
  return weekday !== 0 && weekday !== 6;
}
