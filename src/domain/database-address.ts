/** Options of a connection that hold no secret, and without which the address would lead elsewhere. */
const shownOptions: ReadonlySet<string> = new Set([
  'host',
  'port',
  'user',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'uselibpqcompat',
]);

/**
 * The address of a PostgreSQL as people may see it, in messages, logs and commands to paste: without the password, or anything else that could
 * be one. undefined for what is no such address: nobody knows where in it the password stands.
 */
export function shownDatabaseAddress(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, username, host, pathname, searchParams } = new URL(address);
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') return undefined;
  // What follows a slash in a password is taken for a path.
  if (pathname.includes('@')) return undefined;
  const options = [...searchParams].filter(([name]) => shownOptions.has(name)).map(([name, value]) => `${name}=${value}`);
  return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}${options.length === 0 ? '' : `?${options.join('&')}`}`;
}

/** Whether a password stands in it, as far as it can be read. */
export function holdsPassword(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { password, searchParams } = new URL(address);
  return password !== '' || searchParams.has('password');
}
