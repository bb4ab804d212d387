import { housePlan, planWidth, type HousePlan, type MayImport, type Room, type Stair } from './house-plan.ts';

/** What is done in each room, in a few words. */
const purposes: Readonly<Record<string, string>> = {
  domain: 'what everything is: types and pure decisions; no clock, no chance, no files',
  ports: 'what is asked of the outside: interfaces, nothing else',
  weaver: 'the engine',
  worlds: 'a world’s life',
  agents: 'who works there',
  evaluation: 'who judges',
  adapters: 'git, databases,|models, walls,|forges, targets',
  telemetry: 'logs, metrics,|traces',
  workflow: 'one file for each task of a run',
  operations: 'what people and programs ask for',
  server: 'HTTP, webhooks, the dashboard',
  cli: 'one file for each command',
};

const floorHeight = 104;
const gapBelow = 40;
const margin = 40;
const roof = 118;
const corner = 10;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The architecture as a house: folders are rooms, arrows lead to what a room may import, and every room may import what it stands on. It brings its own
 * background, so that it can be read on a light page and on a dark one.
 *
 * @param starts the folders that start processes; `node:fs` among the imports of a folder says that it touches files.
 */
export function housePicture(mayImport: MayImport, starts: readonly string[]): string {
  const plan = housePlan(mayImport);
  const height = margin + roof + plan.floors * floorHeight + (plan.floors - 1) * gapBelow + margin + 34;
  const boxes = new Map(plan.rooms.map((room) => [room.name, boxOf(room, plan)]));
  const marks = (name: string) => [
    ...(mayImport[name]?.includes('node:fs') ? ['files'] : []),
    ...(starts.includes(name) ? ['processes'] : []),
  ];
  const width = planWidth + 2 * margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="house-title house-text">`,
    '<title id="house-title">The house: which folder of src may import which</title>',
    `<desc id="house-text">${inWords(plan)}</desc>`,
    style,
    '<defs><marker id="tip" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path class="tip" d="M0 1 L9 5 L0 9 Z"/></marker></defs>',
    `<rect class="page" width="${width}" height="${height}" rx="16"/>`,
    roofPicture(),
    ...plan.rooms.map((room) => roomPicture(room, boxes.get(room.name), plan, marks(room.name))),
    ...stairPictures(plan, boxes),
    `<text class="legend" x="${width / 2}" y="${height - margin + 8}">An arrow leads to what a room may import. Every room may import what it stands on: ${plan.ground.toReversed().join(' and ')}.</text>`,
    '</svg>\n',
  ].join('\n');
}

function boxOf({ left, width, floor, floors }: Room, plan: HousePlan): Box {
  const pitch = floorHeight + gapBelow;
  const lowest = margin + roof + (plan.floors - 1) * pitch;
  return { left: margin + left, width, top: lowest - (floor + floors - 1) * pitch, height: floors * pitch - gapBelow };
}

function roofPicture(): string {
  const [left, right, foot] = [margin - 22, margin + planWidth + 22, margin + roof - 18];
  const middle = margin + planWidth / 2;
  return [
    `<path class="roof" d="M${left} ${foot} L${middle} ${margin - 20} L${right} ${foot} Z"/>`,
    `<text class="name" x="${middle}" y="${margin + 46}">app.ts and its parts</text>`,
    `<text class="purpose" x="${middle}" y="${margin + 72}">wire everything: the only files that know the adapters</text>`,
  ].join('\n');
}

function roomPicture({ name }: Room, box: Box | undefined, { ground }: HousePlan, marks: readonly string[]): string {
  if (box === undefined) return '';
  const middle = box.left + box.width / 2;
  const lines = (purposes[name] ?? '').split('|');
  const first = box.top + box.height / 2 - (lines.length - 1) * 10 - (marks.length === 0 ? 6 : 16);
  return [
    `<rect class="${ground.includes(name) ? 'room ground' : 'room'}" x="${box.left}" y="${box.top}" width="${box.width}" height="${box.height}" rx="10"/>`,
    `<text class="name" x="${middle}" y="${first}">${name}</text>`,
    ...lines.map((line, at) => `<text class="purpose" x="${middle}" y="${first + 26 + at * 20}">${line}</text>`),
    ...(marks.length === 0 ? [] : [`<text class="mark" x="${middle}" y="${first + 32 + lines.length * 20}">${marks.join(', ')}</text>`]),
  ].join('\n');
}

/** Arrows go down, and where a room is in the way along the ceiling of the one below to a free place above their end. */
function stairPictures({ rooms, stairs }: HousePlan, boxes: ReadonlyMap<string, Box>): readonly string[] {
  const floor = new Map(rooms.map((room) => [room.name, room.floor]));
  const reach = (stair: Stair) => (floor.get(stair.from) ?? 0) - (floor.get(stair.to) ?? 0);
  return stairs.map((stair) => {
    const [from, to] = [boxes.get(stair.from), boxes.get(stair.to)];
    if (from === undefined || to === undefined) return '';
    const shared = overlap(from, to);
    if (reach(stair) === 1 && shared !== undefined) return stairPicture(route(from, to, shared));
    const arriving = stairs.filter((other) => other.to === stair.to).toSorted((a, b) => reach(b) - reach(a));
    const end = to.left + (to.width * (arriving.indexOf(stair) + 1)) / (arriving.length + 1);
    return stairPicture(route(from, to, end));
  });
}

function stairPicture(path: string): string {
  return `<path class="stair" d="${path}" marker-end="url(#tip)"/>`;
}

/** The middle of where one lies straight above the other. */
function overlap(from: Box, to: Box): number | undefined {
  const left = Math.max(from.left, to.left);
  const right = Math.min(from.left + from.width, to.left + to.width);
  return right - left < 4 * corner ? undefined : (left + right) / 2;
}

function route(from: Box, to: Box, end: number): string {
  const start = from.top + from.height;
  if (end > from.left + corner && end < from.left + from.width - corner) return `M${end} ${start} L${end} ${to.top - 2}`;
  const side = from.left + 2 * corner;
  const turn = start + gapBelow / 2;
  const towards = end < side ? -1 : 1;
  return [
    `M${side} ${start} L${side} ${turn - corner} Q${side} ${turn} ${side + towards * corner} ${turn}`,
    `L${end - towards * corner} ${turn} Q${end} ${turn} ${end} ${turn + corner} L${end} ${to.top - 2}`,
  ].join(' ');
}

/** The same for those who do not see it. */
function inWords({ ground, stairs, rooms }: HousePlan): string {
  const sentences = rooms.flatMap(({ name }) => {
    const to = stairs.filter(({ from }) => from === name).map((stair) => stair.to);
    return to.length === 0 ? [] : [`${name} may import ${to.join(', ')}.`];
  });
  return `Every folder may import ${ground.toReversed().join(' and ')}. ${sentences.join(' ')} app.ts and its parts may import everything.`;
}

const style = `<style>
  text { font-family: ui-sans-serif, system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif; text-anchor: middle; fill: #1d2733; }
  .page { fill: #fbfaf7; }
  .room { fill: #ffffff; stroke: #9aa8b8; stroke-width: 1.5; }
  .ground { fill: #e9eef5; }
  .roof { fill: #f3dfd3; stroke: #b98a6e; stroke-width: 1.5; stroke-linejoin: round; }
  .name { font-size: 21px; font-weight: 650; }
  .purpose { font-size: 15px; fill: #45525f; }
  .mark { font-size: 13px; font-style: italic; fill: #6b4a33; }
  .legend { font-size: 15px; fill: #45525f; }
  .stair { fill: none; stroke: #2f6690; stroke-width: 2; }
  .tip { fill: #2f6690; }
  @media (prefers-color-scheme: dark) {
    text { fill: #eceff3; }
    .page { fill: #14181d; }
    .room { fill: #1e252d; stroke: #5d6b7a; }
    .ground { fill: #26313d; }
    .roof { fill: #4a352a; stroke: #a07a63; }
    .purpose, .legend { fill: #b9c3ce; }
    .mark { fill: #e0b597; }
    .stair { stroke: #7fb8e6; }
    .tip { fill: #7fb8e6; }
  }
</style>`;
