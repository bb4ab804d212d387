import type { Route } from '../../../domain/needs.ts';

/**
 * What the queue of a route is called: pg-boss takes letters, digits and `_ . - /`. The `_` parts namespace and route, every other
 * character that it does not take is `/` and two digits for each of its bytes.
 */
export function queueName(namespace: string, route: Route): string {
  return `${escaped(namespace)}_${escaped(route)}`;
}

/** @returns the route of a queue of this namespace; undefined for any other queue. */
export function routeOfQueue(namespace: string, name: string): Route | undefined {
  const prefix = `${escaped(namespace)}_`;
  if (!name.startsWith(prefix)) return undefined;
  const text = name.slice(prefix.length);
  return text.includes('/') ? unescaped(text) : text;
}

function escaped(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9.-]/gu, (character) =>
    Array.from(Buffer.from(character), (byte) => `/${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}

function unescaped(text: string): string {
  return Buffer.from(
    text.replaceAll(/\/([0-9a-f]{2})|[^/]/gu, (character, byte?: string) => byte ?? Buffer.from(character).toString('hex')),
    'hex',
  ).toString();
}
