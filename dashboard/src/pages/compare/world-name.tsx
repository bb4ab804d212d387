import { worldColour } from '../../words/worlds.ts';

/** A world by its name and its colour. */
export function WorldName({ world }: { readonly world: string }) {
  return (
    <span className="inline-flex items-center gap-2 font-medium whitespace-nowrap">
      <span aria-hidden className="size-2.5 shrink-0 rounded-full" style={{ background: worldColour(world) }} />
      {world}
    </span>
  );
}
