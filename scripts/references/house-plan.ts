/** Which folder may import which others, besides itself. */
export type MayImport = Readonly<Record<string, readonly string[]>>;

export interface Room {
  readonly name: string;
  /** The floor it begins on: one above the highest of whatever it may import; the ground is 0. */
  readonly floor: number;
  /** How many floors it takes: rooms that no other one stands on reach up to the roof. */
  readonly floors: number;
  readonly left: number;
  readonly width: number;
}

/** From one room to another that it may import. */
export interface Stair {
  readonly from: string;
  readonly to: string;
}

export interface HousePlan {
  readonly rooms: readonly Room[];
  readonly stairs: readonly Stair[];
  /** What all others may import, from the ground up: they stand on it, and no arrows are needed. */
  readonly ground: readonly string[];
  readonly floors: number;
}

/** Across all rooms, in pixels of the picture. */
export const planWidth = 1_160;
const gap = 24;

/** Where each folder lies, from who may import whom alone. */
export function housePlan(mayImport: MayImport): HousePlan {
  const rules = onlyFolders(mayImport);
  const names = Object.keys(rules);
  const ground = names.filter((name) =>
    names.every((other) => other === name || rules[name]?.includes(other) || rules[other]?.includes(name)),
  );
  const floorOf = (name: string): number => Math.max(-1, ...(rules[name] ?? []).map(floorOf)) + 1;
  const above = names.filter((name) => !ground.includes(name));
  const stairs = above.flatMap((from) => (rules[from] ?? []).filter((to) => !ground.includes(to)).map((to) => ({ from, to })));
  const floors = Math.max(...names.map(floorOf)) + 1;
  const columns = above.filter((name) => floorOf(name) === ground.length);
  const spans = new Map(columns.map((name, at) => [name, { from: at, to: at }]));
  // What is above stands on what it may import, beside what rooms higher up go straight down to.
  const shaft = columns.find((name) => stairs.filter(({ to }) => to === name).length > 1);
  for (let floor = ground.length + 1; floor < floors; floor += 1) {
    const rooms = above.filter((name) => floorOf(name) === floor);
    const used = rooms.flatMap((name) => stairs.filter(({ from }) => from === name).map(({ to }) => to));
    const top = floor === floors - 1;
    const below = used.filter((name) => top || name !== shaft).flatMap((name) => spans.get(name) ?? []);
    const from = Math.min(...below.map((span) => span.from));
    const share = (Math.max(...below.map((span) => span.to)) - from + 1) / rooms.length;
    rooms.forEach((name, at) => spans.set(name, { from: from + at * share, to: from + (at + 1) * share - 1 }));
  }
  const column = (planWidth + gap) / columns.length;
  const placed = above.map((name): Room => {
    const span = spans.get(name) ?? { from: 0, to: 0 };
    const free = !stairs.some(({ to }) => to === name);
    return {
      name,
      floor: floorOf(name),
      floors: free ? floors - floorOf(name) : 1,
      left: span.from * column,
      width: (span.to - span.from + 1) * column - gap,
    };
  });
  const base = ground.map((name): Room => ({ name, floor: floorOf(name), floors: 1, left: 0, width: planWidth }));
  return { rooms: [...base, ...placed], stairs, ground: ground.toSorted((a, b) => floorOf(a) - floorOf(b)), floors };
}

function onlyFolders(mayImport: MayImport): MayImport {
  return Object.fromEntries(Object.entries(mayImport).map(([name, list]) => [name, list.filter((each) => each in mayImport)]));
}
