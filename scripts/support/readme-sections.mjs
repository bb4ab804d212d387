import { createHash } from 'node:crypto';

/**
 * @typedef {object} Section what a reader finds between one heading and the next
 * @property {number} level of its heading, 1 for the title
 * @property {string} title
 * @property {string} hash of its text, the same for other breaks of lines and widths of tables
 * @property {string | undefined} translates the hash of what it is a translation of, where it says so
 * @property {string[]} code its blocks of code, without comments
 * @property {string[]} links where its links and pictures lead, in order of their names
 * @property {string[]} rows what is code in the first cell of each row of its tables
 */

/** What each says of the other is no part of either. */
const readmes = /^README(\.ja)?\.md$/;

/**
 * @param {string} markdown
 * @returns {Section[]}
 */
export function sections(markdown) {
  return splitAtHeadings(markdown.split('\n')).map(([heading = '', ...lines]) => {
    const translates = /^<!-- translates ([0-9a-f]+) -->$/m.exec(lines.join('\n'))?.[1];
    const own = lines.filter((line) => !line.startsWith('<!-- translates '));
    const { code, prose } = apart(own);
    return {
      level: /^#+/.exec(heading)?.[0].length ?? 0,
      title: heading.replace(/^#+ /, ''),
      hash: hashOf([heading, ...own].join('\n')),
      translates,
      code,
      links: [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !readmes.test(target))
        .toSorted(),
      rows: [...prose.matchAll(/^\|([^|]*)\|/gm)].map(([, cell = '']) => (cell.match(/`[^`]+`/g) ?? []).join(' ')),
    };
  });
}

/** @param {string[]} lines @returns {string[][]} each with its heading first; what looks like one in a block of code is none. */
function splitAtHeadings(lines) {
  const parts = /** @type {string[][]} */ ([]);
  let fenced = false;
  for (const line of lines) {
    if (line.startsWith('```')) fenced = !fenced;
    if (!fenced && /^#{1,6} /.test(line)) parts.push([line]);
    else parts.at(-1)?.push(line);
  }
  return parts;
}

/** @param {string[]} lines @returns {{ code: string[], prose: string }} */
function apart(lines) {
  const blocks = /** @type {string[][]} */ ([]);
  const prose = [];
  let fenced = false;
  let indented = false;
  for (const [index, line] of lines.entries()) {
    const begins = !fenced && !indented && /^ {4}\S/.test(line) && lines[index - 1] === '';
    if (line.startsWith('```')) fenced = !fenced;
    else if (!fenced) indented = begins || (indented && /^(?: {4}.*)?$/.test(line));
    if (begins || (fenced && line.startsWith('```'))) blocks.push([]);
    if (fenced || indented) blocks.at(-1)?.push(line);
    else prose.push(line);
  }
  return { code: blocks.map((block) => withoutComments(block.join('\n'))), prose: prose.join('\n') };
}

/** @param {string} code of a shell */
function withoutComments(code) {
  return code.replace(/\s+# .*$/gm, '').trim();
}

/** @param {string} text */
function hashOf(text) {
  const plain = text.replaceAll(/-{3,}/g, '---').replaceAll(/\s+/g, ' ').trim();
  return createHash('sha256').update(plain).digest('hex').slice(0, 12);
}

/**
 * Where a translation is not in step with what it translates, a sentence each.
 *
 * @param {readonly Section[]} original
 * @param {readonly Section[]} translation
 * @returns {string[]}
 */
export function outOfStep(original, translation) {
  const levels = (/** @type {readonly Section[]} */ list) => list.map(({ level }) => '#'.repeat(level)).join(' ');
  if (levels(original) !== levels(translation))
    return [
      `The sections are ${levels(translation)}, and those of the original ${levels(original)}: each needs its counterpart, in order.`,
    ];
  return original.flatMap((section, index) => {
    const other = /** @type {Section} */ (translation[index]);
    const faults = [];
    if (other.translates !== section.hash) faults.push(`"${section.title}" has changed since it was translated.`);
    faults.push(...differences(`"${section.title}": code`, section.code, other.code));
    faults.push(...differences(`"${section.title}": link`, section.links, other.links));
    faults.push(...differences(`"${section.title}": row of a table`, section.rows, other.rows));
    return faults;
  });
}

/** @param {string} what @param {readonly string[]} wanted @param {readonly string[]} found */
function differences(what, wanted, found) {
  const [lacking, more] = [without(wanted, found), without(found, wanted)];
  const reordered = lacking.length + more.length === 0 && wanted.join('\n') !== found.join('\n');
  return [
    ...lacking.map((each) => `${what} without a counterpart: ${JSON.stringify(each)}`),
    ...more.map((each) => `${what} that the original has not: ${JSON.stringify(each)}`),
    ...(reordered ? [`${what} in another order`] : []),
  ];
}

/** What is in one list more often than in the other. @param {readonly string[]} list @param {readonly string[]} other */
function without(list, other) {
  const rest = [...other];
  return list.filter((each) => {
    const at = rest.indexOf(each);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

/**
 * The translation with the hash of what each section translates, as it is now.
 *
 * @param {readonly Section[]} original
 * @param {string} translation
 * @returns {string}
 */
export function accepted(original, translation) {
  const parts = splitAtHeadings(translation.split('\n'));
  return parts
    .map(([heading = '', ...lines], index) => {
      const rest = lines.filter((line) => !line.startsWith('<!-- translates ')).join('\n');
      return `${heading}\n\n<!-- translates ${original[index]?.hash ?? ''} -->\n\n${rest.replace(/^\n+/, '')}`;
    })
    .join('\n');
}
