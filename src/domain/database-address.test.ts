import { describe, expect, it } from 'vitest';
import { holdsPassword, shownDatabaseAddress } from './database-address.ts';

describe('the address of a database', () => {
  it('is shown without its password, wherever that stands', () => {
    expect(shownDatabaseAddress('postgres://me:geheim@db.example:5432/miyabi')).toBe('postgres://me@db.example:5432/miyabi');
    expect(shownDatabaseAddress('postgres://me@db/miyabi?password=geheim&sslmode=require#geheim')).toBe(
      'postgres://me@db/miyabi?sslmode=require',
    );
    expect(shownDatabaseAddress('postgresql:///miyabi?host=/run/postgresql')).toBe('postgresql:///miyabi?host=/run/postgresql');
  });

  it.each([
    'postgres://me:ge@heim@db/miyabi',
    'postgres://me:ge/heim@db/miyabi',
    'postgres://me:12/heim@db/miyabi',
    'postgres://me:ge#heim@db/miyabi',
    'postgres://me:12#heim@db/miyabi',
    'postgres://me:ge?heim@db/miyabi',
    'postgre://me:geheim@db/miyabi',
    'me:geheim@db/miyabi',
    'geheim',
  ])('shows nothing of the password also where it is written wrongly: %s', (address) => {
    expect(shownDatabaseAddress(address) ?? '').not.toContain('heim');
  });

  it('is known to hold a password', () => {
    expect(holdsPassword('postgres://me:geheim@db/miyabi')).toBe(true);
    expect(holdsPassword('postgres://me@db/miyabi?password=geheim')).toBe(true);
    expect(holdsPassword('postgres://me@db/miyabi')).toBe(false);
  });
});
