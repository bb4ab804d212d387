import type { ForgeCheck, ForgeCheckLog } from './forge.ts';
import { withoutInvisible } from './visible-text.ts';

/** A check that failed, with what is known of why. All of it was printed by foreign programs. */
export interface CheckFailure {
  readonly name: string;
  /** As the forge calls its end. */
  readonly conclusion: string;
  readonly url: string | undefined;
  readonly step: string | undefined;
  /** The end of its log; without colours. */
  readonly tail: string;
  readonly annotations: readonly string[];
  /** The same for the same failure, wherever and whenever it happens. */
  readonly fingerprint: string;
}

/** Characters of a log that are kept, of one line, and of a name. */
const longestTail = 8_000;
const longestLine = 400;
const longestName = 200;
/** Lines that tell one failure from another. */
const tellingLines = 30;
const mostAnnotations = 20;

/** Lines in which programs say what went wrong. */
const says =
  /error|fail|assert|expected|actual|received|exception|panic|traceback|not ok|cannot|undefined|unresolved|✗|✖|×|fatal|denied|timed? ?out/i;
/** Lines that tell how much went wrong, and are another each time something else does too. */
const counts =
  /^\W*(?:tests?|pass(?:ed|es|ing)?|fail(?:ed|s|ing|ures?)?|errors?|skipped|todo|total|duration\w*|suites?|time|ran|cancelled)\b[\s:=]*N?\W*$/i;

/** @param log of the check, as the forge gives it, without secrets. */
export function checkFailure(check: Pick<ForgeCheck, 'name' | 'conclusion' | 'url'>, log: ForgeCheckLog): CheckFailure {
  const name = oneLine(check.name).slice(0, longestName);
  const tail = lastOf(withoutColours(log.tail), longestTail);
  const annotations = log.annotations.slice(0, mostAnnotations).map((text) => oneLine(text).slice(0, longestLine));
  return {
    name,
    conclusion: oneLine(check.conclusion).slice(0, longestName),
    url: check.url,
    step: log.step === undefined ? undefined : oneLine(log.step).slice(0, longestName),
    tail,
    annotations,
    fingerprint: [name, ...tellingOf(tail, annotations)].join('\n'),
  };
}

/** What two runs of the same failing check have in common: the lines that say what is wrong, without what is another each time. */
function tellingOf(tail: string, annotations: readonly string[]): readonly string[] {
  const lines = [...tail.split('\n'), ...annotations].map(normalisedLine).filter((line) => line !== '' && !counts.test(line));
  const telling = lines.filter((line) => says.test(line));
  return [...new Set(telling.length > 0 ? telling : lines)].slice(-tellingLines);
}

/** A line without times, numbers, hexadecimal names, folders and white space: what is the same on every machine. */
export function normalisedLine(line: string): string {
  return (
    withoutInvisible(line.slice(0, longestLine))
      .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?/g, 'T')
      .replaceAll(/\b\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?\b/g, 'T')
      // A path with folders is known by its last name.
      .replaceAll(/(?:[A-Za-z]:)?(?:[\w.@~+-]{0,100}[/\\]){1,40}(?=[\w.@+-])/g, '')
      .replaceAll(/\b(?:0x)?(?=[\da-f]*\d)[\da-f]{7,64}\b/gi, 'H')
      .replaceAll(/\d+(?:\.\d+)?/g, 'N')
      .replaceAll(/\s+/g, ' ')
      .trim()
  );
}

/** What programs print to colour a terminal, and groups that a forge folds. */
function withoutColours(text: string): string {
  // eslint-disable-next-line no-control-regex -- escape sequences are what is taken out
  return withoutInvisible(text.slice(-10 * longestTail).replaceAll(/\u001B\[[\d;?]{0,20}[A-Za-z]/g, '')).replaceAll(
    /^##\[(?:group|endgroup)\]/gm,
    '',
  );
}

function oneLine(text: string): string {
  return withoutInvisible(text).replaceAll(/\s+/g, ' ').trim();
}

function lastOf(text: string, most: number): string {
  const end = text.trimEnd();
  if (end.length <= most) return end;
  const cut = end.slice(-most);
  return cut.slice(cut.indexOf('\n') + 1);
}
