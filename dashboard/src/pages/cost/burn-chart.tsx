import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { useTheme } from '../../frame/theme.ts';
import { usd } from '../../words/money.ts';
import type { BurnLines } from './burn-lines.ts';

const height = 260;

/** What was spent over time, drawn. The same is in a table beside it, so that this is a picture and nothing else. */
export function BurnChart({ lines, label }: { readonly lines: BurnLines; readonly label: string }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const theme = useTheme();
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const made = new uPlot(optionsOf(element), undefined, element);
    chart.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      chart.current = undefined;
    };
  }, [theme]);
  useEffect(() => chart.current?.setData(dataOf(lines)), [lines, theme]);
  return <div ref={place} role="img" aria-label={label} style={{ minHeight: height }} />;
}

function dataOf({ at, spent, forecast, budget }: BurnLines): uPlot.AlignedData {
  return [[...at], [...spent], [...forecast], [...budget]];
}

/** Nothing was spent between two points: a slope would say that it was. */
const steps: Pick<uPlot.Series, 'paths'> = uPlot.paths.stepped === undefined ? {} : { paths: uPlot.paths.stepped({ align: 1 }) };

function optionsOf(element: HTMLElement): uPlot.Options {
  const colour = (name: string): string => getComputedStyle(element).getPropertyValue(`--${name}`).trim();
  const axis: uPlot.Axis = {
    stroke: colour('muted'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { stroke: colour('line'), width: 1 },
    font: '12px ui-sans-serif, system-ui, sans-serif',
  };
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { y: { range: (_, __, most) => [0, (most || 1) * 1.08] } },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map(whenOf(ticks)) },
      { ...axis, size: 70, values: (_, ticks) => ticks.map((tick) => usd(tick)) },
    ],
    series: [
      {},
      { label: 'Spent', stroke: colour('accent'), width: 2, fill: colour('accent-soft'), points: { show: false }, ...steps },
      { label: 'Forecast', stroke: colour('info'), width: 2, dash: [6, 4], spanGaps: true, points: { show: false } },
      { label: 'Budget', stroke: colour('warn'), width: 2, dash: [2, 3], points: { show: false } },
    ],
  };
}

/** Days, minutes or seconds, whatever the marks differ in, as whoever looks writes them. */
function whenOf(ticks: readonly number[]): (tick: number) => string {
  const [first = 0, second = 0] = ticks;
  const format = formatOf(second - first);
  return (tick) => new Date(tick * 1_000).toLocaleString(undefined, format);
}

/** @param step in seconds. */
function formatOf(step: number): Intl.DateTimeFormatOptions {
  if (step >= 86_400) return { day: 'numeric', month: 'short', timeZone: 'UTC' };
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return step >= 60 ? time : { ...time, second: '2-digit' };
}
