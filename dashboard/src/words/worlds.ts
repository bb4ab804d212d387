/** The names of worlds in their fixed order, which is the order of their places, colours and number keys. */
const worldNames = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta', 'iota'] as const;

/** Colours of worlds in the theme. */
const colours = 5;

/** The place of a world, from 1; whoever is no world, such as one who writes tests alone, comes after all of them. */
export function worldPlace(world: string): number {
  const index = (worldNames as readonly string[]).indexOf(world);
  return index === -1 ? worldNames.length + 1 : index + 1;
}

/** For sorting: worlds in their fixed order, others after them by name. */
export function compareWorlds(one: string, other: string): number {
  return worldPlace(one) - worldPlace(other) || one.localeCompare(other, 'en', { numeric: true });
}

/** The colour of a world as a value of CSS, never without its name. After five they begin anew. */
export function worldColour(world: string): string {
  return `var(--world-${((worldPlace(world) - 1) % colours) + 1})`;
}
