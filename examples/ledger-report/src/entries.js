import { parseCents } from './amounts.js';

/**
 * The entries of a ledger, in its order. Empty lines and lines that begin with `#` are left out.
 *
 * @param {string} text
 * @returns {{ year: number, month: number, account: string, cents: number }[]}
 */
export function readEntries(text) {
  return text.split('\n').flatMap((line, index) => {
    const content = line.trim();
    return content === '' || content.startsWith('#') ? [] : [readEntry(content, index + 1)];
  });
}

function readEntry(line, number) {
  const [date, account, amount] = line.split(';');
  const match = /^(\d{4})-(\d{2})-\d{2}$/.exec(date.trim());
  if (match === null || amount === undefined) throw new SyntaxError(`Line ${number} is no entry: ${line}`);
  return { year: Number(match[1]), month: Number(match[2]), account: account.trim(), cents: parseCents(amount) };
}
