/** Packages of npm whose names are imitated. Short names have honest neighbours, and are left out. */
const popular =
  'express lodash react-dom webpack typescript commander mongoose underscore dotenv eslint prettier puppeteer playwright cross-env node-fetch socket.io jsonwebtoken body-parser electron nodemon passport cheerio fs-extra minimist validator sequelize winston bluebird inquirer graphql jquery bootstrap angular svelte tailwindcss rollup vitest mocha chokidar discord.js ethers web3.js solana colors crypto-js bcryptjs request async-lock event-stream'.split(
    ' ',
  );

/** Names near one of them that belong to known packages of their own. */
const honest = new Set([
  'expresso',
  'eslintd',
  'sequelize2',
  'mongoosed',
  'requests',
  'lodash-es',
  'color',
  'validate',
  'underscores',
  'electrons',
  'validators',
  'rollups',
  'graphqls',
]);

const all = new Set(popular);

/** The popular package whose name is one letter away, where a name is neither that of one nor of another known one. */
export function popularName(name: string): string | undefined {
  if (all.has(name) || honest.has(name) || name.startsWith('@')) return undefined;
  return popular.find((known) => known.length >= 6 && isOneAway(name, known));
}

/** Whether one letter added, taken away, replaced, or two neighbours changed over make one text of the other. */
function isOneAway(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1 || one === other) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < Math.min(one.length, other.length) - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const [left, right] = [one.slice(start, one.length - end), other.slice(start, other.length - end)];
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
