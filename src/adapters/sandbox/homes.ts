import { userInfo } from 'node:os';

/** Accounts of the system have their homes among its programs. */
const systems = /^\/(?:usr|s?bin|lib\w*|opt|nix|gnu|etc|dev|proc|sys|run|tmp)(?:\/|$)/;

/**
 * The folders in which this user keeps what is nobody else's business: HOME, and the home of the account, which is another one where
 * somebody works as somebody else (`sudo -E`) or has set HOME. In both of them only what is known to be programs may be read.
 *
 * @param account its home; empty where the system has no name for the user, as in many containers.
 */
export function homesOf(home: string, account = accountHome()): readonly string[] {
  const own = account.startsWith('/') && !systems.test(account) ? [account] : [];
  return [...new Set([home, ...own])].filter((path) => path !== '/');
}

function accountHome(): string {
  try {
    return userInfo().homedir;
  } catch {
    return '';
  }
}
