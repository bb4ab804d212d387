import { describe, expect, it } from 'vitest';
import { forecastMonth, forecastRun } from './burn-forecast.ts';

const day = 86_400_000;
const usd = 1_000_000;

describe('the forecast of a month', () => {
  const month = { spentMicroUsd: 20 * usd, latelyMicroUsd: 14 * usd, firstAt: 0, now: 20 * day, end: 30 * day };

  it('goes on as the last seven days went', () => {
    expect(forecastMonth(month)).toEqual({
      endMicroUsd: 40 * usd,
      how: '2.00 USD a day, as in the last 7 days, for the 10 days that are left.',
    });
  });

  it('goes on as all days went where there are fewer', () => {
    expect(forecastMonth({ ...month, spentMicroUsd: 5 * usd, latelyMicroUsd: 5 * usd, firstAt: 17.5 * day })).toMatchObject({
      endMicroUsd: 25 * usd,
      how: expect.stringContaining('in the last 2.5 days'),
    });
  });

  it('says nothing before a day has gone by, or where nothing was ever spent', () => {
    expect(forecastMonth({ ...month, firstAt: 19.5 * day })).toBeUndefined();
    expect(forecastMonth({ ...month, firstAt: undefined })).toBeUndefined();
  });

  it('ends at what is spent where a clock stands behind the end of the month', () => {
    expect(forecastMonth({ ...month, now: 31 * day })).toMatchObject({ endMicroUsd: 20 * usd });
  });
});

describe('the forecast of a run', () => {
  const run = {
    spentMicroUsd: 5 * usd,
    ended: { worlds: 2, costMicroUsd: 4 * usd, where: 'here' as const },
    left: 3,
    atWork: [usd, 3 * usd],
  };

  it('takes each world that is left for the mean, and one at work for no less than it has cost', () => {
    expect(forecastRun(run)).toEqual({
      endMicroUsd: 12 * usd,
      how: '3 worlds are not begun and 2 at work, at 2.00 USD each: the mean of the 2 that have ended in this run. What comes after the worlds is not in it.',
    });
  });

  it('goes by what worlds cost before in the repository where none has ended here', () => {
    expect(forecastRun({ ...run, ended: { worlds: 10, costMicroUsd: 10 * usd, where: 'before' } })).toMatchObject({
      endMicroUsd: 8 * usd,
      how: expect.stringContaining('the mean of the 10 that ended before in this repository'),
    });
  });

  it('says nothing where no world has ended', () => {
    expect(forecastRun({ ...run, ended: { worlds: 0, costMicroUsd: 0, where: 'before' } })).toBeUndefined();
  });
});
