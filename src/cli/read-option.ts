import { InvalidArgumentError } from 'commander';

/** How the values of options are read. Each refuses what it does not take with a sentence. */

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It takes a whole number from ${least} to ${most}.`);
  };
}

export function hostAndPort(text: string): { readonly host: string; readonly port: number } {
  const [, host = '', port = ''] = /^(?:\[?([^\]]+)\]?:)?(\d{1,5})$/.exec(text) ?? [];
  if (port === '' || Number(port) > 65_535) throw new InvalidArgumentError('It takes an address and a port, such as 127.0.0.1:9464.');
  return { host: host === '' ? '127.0.0.1' : host, port: Number(port) };
}

/** `none`, or as {@link hostAndPort}. */
export function hostAndPortOrNone(text: string): { readonly host: string; readonly port: number } | 'none' {
  return text === 'none' ? 'none' : hostAndPort(text);
}

export function notNegative(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('It takes a number from 0 on.');
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It takes a number above 0.');
}

/** One more of several, as they come. */
export function labels(text: string, before: readonly string[] = []): readonly string[] {
  if (/^\S+$/.test(text)) return [...before, text];
  throw new InvalidArgumentError('It takes words, such as gpu or region:eu.');
}
