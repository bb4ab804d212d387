/** What a parameter takes. */
export type Kind =
  | { readonly of: 'number'; readonly isWhole: boolean }
  | { readonly of: 'string' | 'boolean' | 'bigint' | 'null' | 'undefined' | 'Date' | 'RegExp' | 'callback' }
  | { readonly of: 'literal'; readonly value: string | number | boolean }
  | { readonly of: 'list' | 'Set'; readonly item: Kind }
  | { readonly of: 'tuple'; readonly items: readonly Kind[] }
  | { readonly of: 'record'; readonly members: readonly Member[] }
  | { readonly of: 'dictionary'; readonly value: Kind }
  | { readonly of: 'Map'; readonly key: Kind; readonly value: Kind }
  | { readonly of: 'union'; readonly kinds: readonly Kind[] }
  /** Nothing is known of it. */
  | { readonly of: 'unknown' };

interface Member {
  readonly key: string;
  readonly kind: Kind;
  readonly isOptional: boolean;
}

export const unknown: Kind = { of: 'unknown' };

/** The kind of a value that somebody wrote. */
export function kindOfValue(value: unknown, depth = 0): Kind {
  if (depth > 8) return unknown;
  const common = (values: Iterable<unknown>): Kind => together([...values].map((each) => kindOfValue(each, depth + 1)));
  switch (typeof value) {
    case 'number':
      return { of: 'number', isWhole: Number.isInteger(value) };
    case 'string':
      return { of: 'string' };
    case 'boolean':
      return { of: 'boolean' };
    case 'bigint':
      return { of: 'bigint' };
    case 'undefined':
      return { of: 'undefined' };
    case 'object': {
      if (value === null) return { of: 'null' };
      if (Array.isArray(value)) return { of: 'list', item: common(value) };
      if (value instanceof Set) return { of: 'Set', item: common(value) };
      if (value instanceof Map) return { of: 'Map', key: common(value.keys()), value: common(value.values()) };
      if (value instanceof Date) return { of: 'Date' };
      return {
        of: 'record',
        members: Object.entries(value).map(([key, each]) => ({ key, kind: kindOfValue(each, depth + 1), isOptional: false })),
      };
    }
    default:
      return unknown;
  }
}

/** One kind for what may be any of several. What nothing is known of gives way. */
export function together(kinds: readonly Kind[]): Kind {
  const flat = kinds.flatMap((kind) => (kind.of === 'union' ? kind.kinds : [kind])).filter((kind) => kind.of !== 'unknown');
  const merged: Kind[] = [];
  for (const kind of flat) {
    const index = merged.findIndex(
      (each) => each.of === kind.of && (kind.of !== 'literal' || JSON.stringify(each) === JSON.stringify(kind)),
    );
    const alike = merged[index];
    if (alike === undefined) merged.push(kind);
    else merged[index] = both(alike, kind);
  }
  const [first, ...others] = merged;
  if (first === undefined) return unknown;
  return others.length === 0 ? first : { of: 'union', kinds: merged };
}

/** Two kinds of one name. */
function both(one: Kind, other: Kind): Kind {
  if (one.of === 'number' && other.of === 'number') return { of: 'number', isWhole: one.isWhole && other.isWhole };
  if ((one.of === 'list' || one.of === 'Set') && (other.of === 'list' || other.of === 'Set')) {
    return { of: one.of, item: together([one.item, other.item]) };
  }
  if (one.of === 'Map' && other.of === 'Map') {
    return { of: 'Map', key: together([one.key, other.key]), value: together([one.value, other.value]) };
  }
  if (one.of === 'dictionary' && other.of === 'dictionary') return { of: 'dictionary', value: together([one.value, other.value]) };
  if (one.of === 'record' && other.of === 'record') return bothRecords(one.members, other.members);
  return one;
}

/** Objects that share no keys are looked up in, not read from. */
function bothRecords(one: readonly Member[], other: readonly Member[]): Kind {
  const keys = [...new Set([...one, ...other].map(({ key }) => key))];
  const shared = keys.filter((key) => one.some((member) => member.key === key) && other.some((member) => member.key === key));
  if (shared.length === 0 && keys.length > 0) return { of: 'dictionary', value: together([...one, ...other].map(({ kind }) => kind)) };
  return {
    of: 'record',
    members: keys.map((key) => {
      const found = [one, other].map((members) => members.find((member) => member.key === key));
      const kind = together(found.flatMap((member) => (member === undefined ? [] : [member.kind])));
      return { key, kind, isOptional: found.some((member) => member === undefined || member.isOptional) };
    }),
  };
}

/** Whether values of it can be made. */
export function canBeMade(kind: Kind): boolean {
  switch (kind.of) {
    case 'unknown':
      return false;
    case 'list':
    case 'Set':
      return canBeMade(kind.item);
    case 'tuple':
      return kind.items.every(canBeMade);
    case 'record':
      return kind.members.every((member) => member.isOptional || canBeMade(member.kind));
    case 'dictionary':
      return canBeMade(kind.value);
    case 'Map':
      return canBeMade(kind.key) && canBeMade(kind.value);
    case 'union':
      return kind.kinds.some(canBeMade);
    default:
      return true;
  }
}
