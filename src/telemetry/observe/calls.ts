import type { OperationKind } from '../../domain/signals.ts';
import type { Telemetry } from '../../ports/telemetry.ts';

type Method = (...args: readonly unknown[]) => unknown;

/**
 * The same port, each call of one of these methods an operation of its own: `git cherryPick` for the method `cherryPick` of what is called `git`. The
 * methods must return promises; whatever else the port has is handed through as it is.
 *
 * @param below replaces what a method resolves to, for one that hands out another port (a mirror of a git).
 * @param failed hears what is thrown, before whoever called does.
 */
export function observeCalls<Port extends object>(
  port: Port,
  telemetry: Telemetry,
  {
    kind,
    name = kind,
    methods,
    below = {},
    failed,
  }: {
    readonly kind: OperationKind;
    readonly name?: string;
    readonly methods: readonly (keyof Port & string)[];
    readonly below?: Readonly<Record<string, (result: never) => unknown>>;
    readonly failed?: (error: unknown) => void;
  },
): Port {
  const observed = new Map(methods.map((method) => [method as string, `${name} ${method}`]));
  return new Proxy(port, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      // No bound function: V8 refuses one as the method of `await using`.
      const call: Method = (...args) => Reflect.apply(value as Method, target, args);
      const operation = typeof property === 'string' ? observed.get(property) : undefined;
      if (typeof property !== 'string' || operation === undefined) return call;
      return async (...args: readonly unknown[]) => {
        const result = await telemetry.measure({ kind, name: operation }, async () => {
          try {
            return await call(...args);
          } catch (error) {
            failed?.(error);
            throw error;
          }
        });
        const wrap = below[property] as ((result: unknown) => unknown) | undefined;
        return wrap === undefined ? result : wrap(result);
      };
    },
  });
}
