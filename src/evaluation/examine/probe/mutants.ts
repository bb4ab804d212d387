/** Values that differ from one that somebody wrote in one small thing, simplest first. */
export function mutantsOf(value: unknown, depth = 0): unknown[] {
  if (depth > 3) return [];
  switch (typeof value) {
    case 'number':
      return [value + 1, value - 1, -value, 0, value * 2, value * 10, value / 2].filter(
        (each) => !Number.isInteger(value) || Number.isInteger(each),
      );
    case 'bigint':
      return [value + 1n, value - 1n, -value, 0n];
    case 'boolean':
      return [!value];
    case 'string':
      return stringMutants(value);
    case 'object': {
      if (value === null || value instanceof Date) return [];
      if (Array.isArray(value)) return listMutants(value, depth);
      if (value instanceof Set) return listMutants([...value], depth).map((each) => new Set(each));
      if (value instanceof Map) {
        return listMutants([...value], depth + 3).map((each) => new Map(each as [unknown, unknown][]));
      }
      const members = Object.entries(value);
      return members
        .slice(0, mostPlaces)
        .flatMap(([key, member]): unknown[] => [
          ...mutantsOf(member, depth + 1).map((each) => ({ ...value, [key]: each })),
          Object.fromEntries(members.filter(([other]) => other !== key)),
        ]);
    }
    default:
      return [];
  }
}

const mostPlaces = 8;
const longest = 2_000;

function stringMutants(value: string): string[] {
  if (value.length > longest) return [];
  const characters = Array.from(value);
  const places = characters.slice(0, mostPlaces).map((_, index) => index);
  return [
    '',
    ...places.map((index) => characters.toSpliced(index, 1).join('')),
    ...places.map((index) => characters.toSpliced(index, 0, characters[index] ?? '').join('')),
    ...places.slice(1).map((index) =>
      characters
        .with(index, characters[index - 1] ?? '')
        .with(index - 1, characters[index] ?? '')
        .join(''),
    ),
    value.toUpperCase(),
    value.toLowerCase(),
    characters.toReversed().join(''),
    ` ${value}`,
    `${value} `,
    value + value,
    `${value}é`,
  ];
}

function listMutants(value: readonly unknown[], depth: number): unknown[][] {
  const places = value.slice(0, mostPlaces).map((_, index) => index);
  return [
    [],
    ...value.slice(0, 2).map((each) => [each]),
    ...places.map((index) => value.toSpliced(index, 1)),
    ...places.map((index) => value.toSpliced(index, 0, value[index])),
    ...places.slice(1).map((index) => value.with(index, value[index - 1]).with(index - 1, value[index])),
    value.toReversed(),
    [...value, ...value],
    ...places.flatMap((index) =>
      mutantsOf(value[index], depth + 1)
        .slice(0, 12)
        .map((each) => value.with(index, each)),
    ),
  ];
}
