import { types } from 'node:util';
import type { Told } from '../../../domain/examination.ts';

/** Why a value cannot be told: it holds itself, or it is too large. */
export class Untellable extends Error {}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What JSON does not know is an object with this key; an object that has such a key itself is told as its entries. */
const mark = '$';

/** What is told of one value, at most. */
const mostValues = 20_000;
const mostCharacters = 60_000;
const deepest = 40;

/** Functions that can be handed over as arguments; no other text is ever made a function. */
export const callbacks: Readonly<Record<string, (...values: never[]) => unknown>> = {
  '(x) => x': (x: unknown) => x,
  '() => true': () => true,
  '() => false': () => false,
  '(x) => !x': (x: unknown) => !x,
  '(x) => x > 1': (x: number) => x > 1,
  '(x) => x % 2 === 0': (x: number) => x % 2 === 0,
  '(x) => x * 2': (x: number) => x * 2,
  '(x) => String(x)': (x: unknown) => String(x),
  '(a, b) => a + b': (a: number, b: number) => a + b,
  '(a, b) => a - b': (a: number, b: number) => a - b,
};

/**
 * A value as text. Nothing of it is run: of a getter and of a proxy only is told that they are there. Functions are told by name only,
 * unless they are {@link callbacks}.
 *
 * @throws Untellable
 */
export function tell(value: unknown): Told {
  const told = JSON.stringify(encoder()(value, 0));
  if (told.length > mostCharacters) throw new Untellable('it is too large');
  return told;
}

/** The value of a text that {@link tell} made of an input. */
export function untold(text: Told): unknown {
  return decode(JSON.parse(text) as Json);
}

function encoder(): (value: unknown, depth: number) => Json {
  let left = mostValues;
  let characters = mostCharacters;
  const above = new Set<object>();
  const text = (value: string): string => {
    characters -= value.length;
    if (characters < 0) throw new Untellable('it is too large');
    return value;
  };
  const encode = (value: unknown, depth: number): Json => {
    left -= 1;
    if (left < 0 || depth > deepest) throw new Untellable('it is too large');
    switch (typeof value) {
      case 'string':
        return text(value);
      case 'boolean':
        return value;
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0) ? value : { [mark]: Object.is(value, -0) ? '-0' : String(value) };
      case 'undefined':
        return { [mark]: 'undefined' };
      case 'bigint':
        return { [mark]: 'bigint', of: text(String(value)) };
      case 'symbol':
        return { [mark]: 'symbol', of: text(value.description ?? '') };
      case 'function': {
        const known = Object.keys(callbacks).find((each) => callbacks[each] === value);
        return known === undefined ? { [mark]: 'function', of: text(nameOf(value)) } : { [mark]: 'callback', of: known };
      }
      case 'object': {
        if (value === null) return null;
        if (above.has(value)) throw new Untellable('it holds itself');
        above.add(value);
        const told = ofObject(value, (inner) => encode(inner, depth + 1), text);
        above.delete(value);
        return told;
      }
    }
  };
  return encode;
}

type Encode = (value: unknown) => Json;

function ofObject(value: object, encode: Encode, text: (value: string) => string): Json {
  if (types.isProxy(value)) return { [mark]: 'proxy' };
  if (Array.isArray(value)) {
    if (value.length > mostValues) throw new Untellable('it is too large');
    return Array.from({ length: value.length }, (_, index) => {
      const property = Object.getOwnPropertyDescriptor(value, index);
      return property === undefined ? { [mark]: 'hole' } : ofProperty(property, encode);
    });
  }
  if (types.isDate(value)) return { [mark]: 'Date', of: encode(Date.prototype.getTime.call(value)) };
  if (types.isRegExp(value)) return { [mark]: 'RegExp', of: [text(regExpSource(value)), text(regExpFlags(value))] };
  if (types.isMap(value)) {
    return { [mark]: 'Map', of: [...Map.prototype.entries.call(value)].map(([key, each]) => [encode(key), encode(each)]) };
  }
  if (types.isSet(value)) return { [mark]: 'Set', of: [...Set.prototype.values.call(value)].map((each) => encode(each)) };
  if (types.isTypedArray(value)) {
    if (value.length > mostValues) throw new Untellable('it is too large');
    return { [mark]: 'bytes', name: text(className(value)), of: Array.from(value as ArrayLike<number | bigint>, encode) };
  }
  if (types.isNativeError(value)) return { [mark]: 'error', of: text(`${errorName(value)}: ${messageOf(value)}`) };
  if (types.isPromise(value)) return { [mark]: 'promise' };
  const entries = Object.keys(value).map((key): readonly [string, Json] => {
    const property = Object.getOwnPropertyDescriptor(value, key);
    return [text(key), property === undefined ? null : ofProperty(property, encode)];
  });
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === null || prototype === Object.prototype;
  const needsEntries = entries.some(([key]) => key === mark || key === '__proto__');
  if (isPlain && !needsEntries) return Object.fromEntries(entries);
  const of = entries.map(([key, each]) => [key, each]);
  return isPlain ? { [mark]: 'object', of } : { [mark]: 'instance', name: text(className(value)), of };
}

function ofProperty(property: PropertyDescriptor, encode: Encode): Json {
  return 'value' in property ? encode(property.value) : { [mark]: 'getter' };
}

function regExpSource(value: RegExp): string {
  return Reflect.get(RegExp.prototype, 'source', value);
}

function regExpFlags(value: RegExp): string {
  return Reflect.get(RegExp.prototype, 'flags', value);
}

/** What an error is called, without running anything of it. */
export function errorName(value: object): string {
  return textProperty(value, 'name') ?? className(value);
}

export function messageOf(value: object): string {
  return textProperty(value, 'message') ?? '';
}

function className(value: object): string {
  const made = dataProperty(value, 'constructor');
  return typeof made === 'function' ? nameOf(made) : '';
}

function nameOf(value: object): string {
  return textProperty(value, 'name') ?? '';
}

function textProperty(value: object, key: string): string | undefined {
  const found = dataProperty(value, key);
  return typeof found === 'string' ? found : undefined;
}

function dataProperty(value: object, key: string): unknown {
  let holder: unknown = value;
  for (let step = 0; step < 10 && (typeof holder === 'object' || typeof holder === 'function') && holder !== null; step += 1) {
    if (types.isProxy(holder)) return undefined;
    const property = Object.getOwnPropertyDescriptor(holder, key);
    if (property !== undefined) return 'value' in property ? property.value : undefined;
    holder = Object.getPrototypeOf(holder);
  }
  return undefined;
}

function decode(told: Json): unknown {
  if (typeof told !== 'object' || told === null) return told;
  if (isList(told)) return ofList(told);
  const kind = told[mark];
  const { of } = told;
  switch (kind) {
    case undefined:
      return Object.fromEntries(Object.entries(told).map(([key, each]) => [key, decode(each)]));
    case 'object':
      return Object.fromEntries(listOf(of).map((entry) => [textOf(listOf(entry)[0]), decode(listOf(entry)[1] ?? null)]));
    case 'undefined':
      return undefined;
    case 'bigint':
      return BigInt(textOf(of));
    case 'callback':
      return callbacks[textOf(of)];
    case 'Date':
      return new Date(Number(decode(of ?? null)));
    case 'RegExp':
      return new RegExp(textOf(listOf(of)[0]), textOf(listOf(of)[1]));
    case 'Map':
      return new Map(listOf(of).map((entry) => [decode(listOf(entry)[0] ?? null), decode(listOf(entry)[1] ?? null)]));
    case 'Set':
      return new Set(listOf(of).map(decode));
    case 'bytes':
      return Uint8Array.from(listOf(of).map(Number));
    default:
      return Number(kind);
  }
}

function ofList(told: readonly Json[]): unknown[] {
  const list: unknown[] = [];
  list.length = told.length;
  for (const [index, each] of told.entries()) if (!isMark(each, 'hole')) list[index] = decode(each);
  return list;
}

/** A text that stands in what was told; empty where there is none. */
export function textOf(told: Json | undefined): string {
  return typeof told === 'string' || typeof told === 'number' ? String(told) : '';
}

function isMark(told: Json, kind: string): boolean {
  return typeof told === 'object' && told !== null && !isList(told) && told[mark] === kind;
}

export function isList(told: Json): told is readonly Json[] {
  return Array.isArray(told);
}

function listOf(told: Json | undefined): readonly Json[] {
  return told !== undefined && isList(told) ? told : [];
}
