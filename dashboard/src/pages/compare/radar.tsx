import { worldColour } from '../../words/worlds.ts';
import type { Verdict } from './score-rows.ts';

const radius = 100;
const dashes = ['', '6 3', '2 3', '8 3 2 3', '1 4'] as const;

/** The shape of the points at a glance; the numbers are in the table beside it. Components without evidence have no axis. */
export function Radar({ verdicts }: { readonly verdicts: readonly Verdict[] }) {
  const judged = verdicts.flatMap(({ world, score }) => (score === null ? [] : [{ world, components: score.components }]));
  const axes = judged[0]?.components.filter(({ points }) => points !== null).map(({ name }) => name) ?? [];
  if (axes.length < 3) return undefined;
  const at = (axis: number, share: number): readonly [number, number] => {
    const angle = (axis / axes.length) * 2 * Math.PI - Math.PI / 2;
    return [Math.cos(angle) * radius * share, Math.sin(angle) * radius * share];
  };
  const outline = (share: (axis: string) => number): string =>
    axes
      .map((axis, index) =>
        at(index, share(axis))
          .map((x) => x.toFixed(1))
          .join(','),
      )
      .join(' ');
  return (
    <figure className="mx-auto w-full max-w-72">
      <svg
        viewBox="-150 -125 300 250"
        role="img"
        aria-label="The points of the worlds as shapes; the table has their numbers"
        className="w-full"
      >
        {[0.25, 0.5, 0.75, 1].map((share) => (
          <polygon key={share} points={outline(() => share)} fill="none" stroke="var(--line)" />
        ))}
        {axes.map((axis, index) => {
          const [x, y] = at(index, 1.15);
          return (
            <text
              key={axis}
              x={x}
              y={y + 4}
              textAnchor={Math.abs(x) < 20 ? 'middle' : x > 0 ? 'start' : 'end'}
              fontSize={12}
              fill="var(--muted)"
            >
              {axis}
            </text>
          );
        })}
        {judged.map(({ world, components }, index) => (
          <polygon
            key={world}
            points={outline((axis) => shareOf(components.find(({ name }) => name === axis)))}
            fill={worldColour(world)}
            fillOpacity={0.07}
            stroke={worldColour(world)}
            strokeWidth={2}
            strokeDasharray={dashes[index % dashes.length]}
          />
        ))}
      </svg>
    </figure>
  );
}

function shareOf(component: { readonly weight: number; readonly points: number | null } | undefined): number {
  return component?.points == null || component.weight === 0 ? 0 : component.points / component.weight;
}
