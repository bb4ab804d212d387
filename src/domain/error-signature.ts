import { frameOf } from './stack-frame.ts';
import type { StackFrame } from './stack-frame.ts';

/** An error that a text tells of. */
export interface FoundError {
  /** The same for the same error, whenever and wherever it came. */
  readonly signature: string;
  /** Its first line as it was written, cut. */
  readonly message: string;
}

/** As much of a text is looked through. */
const most = { characters: 200_000, lines: 4_000, line: 1_000, message: 500, signature: 300 } as const;

/** Stands in a signature between what was said and where. */
const at = ' @ ';

/**
 * By what an error is known again: its type, its message without whatever changes from one time to the next (numbers, paths, times, addresses,
 * what stands in quotes), and the innermost function of the project, without lines. Of a text that tells of no error, its first line counts.
 *
 * @returns such as `TypeError: Cannot read properties of undefined (reading '*') @ total cart.js`; nothing for a text without one.
 */
export function errorSignature(text: string): string {
  const [first] = errorsIn(text, 1);
  if (first !== undefined) return first.signature;
  const line = linesOf(text).find((each) => each.trim() !== '');
  return line === undefined ? '' : normalMessage(line).slice(0, most.signature);
}

/** What was said, without where: errors that agree in this only are less alike than those that agree in all. */
export function signatureMessage(signature: string): string {
  const end = signature.lastIndexOf(at);
  return end === -1 ? signature : signature.slice(0, end);
}

/** The errors that a log, an issue or the output of a test tells of, each once and in their order. @param count how many at most. */
export function errorsIn(text: string, count: number): readonly FoundError[] {
  const found = new Map<string, FoundError>();
  for (const error of readErrors(linesOf(text))) {
    const one = { signature: signatureOf(error), message: error.line.trim().slice(0, most.message) };
    if (!found.has(one.signature)) found.set(one.signature, one);
    if (found.size >= count) break;
  }
  return [...found.values()];
}

/** A message without what changes from one time to the next. */
export function normalMessage(text: string): string {
  return text
    .slice(0, most.line)
    .replaceAll(/https?:\/\/[^\s'"`<>)\]]+/g, '<url>')
    .replaceAll(/(?<!\w)(["'`])(?:(?!\1)[^\n]){0,300}\1(?!\w)/g, "'*'")
    .replaceAll(/[“‘«][^”’»\n]{0,300}[”’»]/g, "'*'")
    .replaceAll(/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?/g, '<time>')
    .replaceAll(/\b\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?\b(?!:)/g, '<time>')
    .replaceAll(/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/gi, '<id>')
    .replaceAll(/\b0x[\da-f]+\b/gi, '<hex>')
    .replaceAll(/\b(?=[a-f]{0,64}\d)[\da-f]{7,64}\b/gi, '<hex>')
    .replaceAll(/(?<![\w.])(?:[A-Za-z]:)?(?:[\w.@~+-]{0,100}[\\/]){1,40}[\w.@~+-]{1,100}(?::\d+){0,2}/g, '<path>')
    .replaceAll(/(?<![A-Za-z_])[-+]?\d+(?:[.,]\d+)*/g, '#')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function linesOf(text: string): readonly string[] {
  return text
    .slice(0, most.characters)
    .split(/\r?\n/, most.lines)
    .map((line) => line.slice(0, most.line).replaceAll(colours, ''));
}

// Whoever prints to a terminal paints errors.
// oxlint-disable-next-line no-control-regex
const colours = /\u001B\[[\d;]{0,20}m/g;

interface ReadError {
  /** As it was written. */
  line: string;
  type: string;
  message: string;
  /** The innermost first. */
  frames: StackFrame[];
}

function signatureOf({ type, message, frames }: ReadError): string {
  const frame = frames.find(({ isOwn }) => isOwn);
  const said = [type, normalMessage(message)].filter((part) => part !== '').join(': ');
  return `${said.slice(0, most.signature - 100)}${frame === undefined ? '' : `${at}${frame.label.slice(0, 90)}`}`;
}

const typed =
  /^\s*(?:Uncaught |Unhandled |Exception in thread "[^"]{0,200}" |E {2,}|\[error\] |ERROR:? )?((?:[\w$]+\.){0,20}[A-Z]\w{0,100}?(?:Error|Exception|Failure|Fault|Interrupt|Timeout|Warning))(?: \[[\w-]+\])?(?::\s*(.*))?$/;
const cause = /^\s*Caused by: ((?:[\w$]+\.){0,20}[A-Z][\w$]*)(?::\s*(.*))?$/;
const went = /^\s*(panic|fatal error): (.*)$/;
const panicked = /^\s*thread '[^']{0,200}'(?: \(\d+\))? panicked at (.*)$/;
const compiled = /\berror (TS\d+|CS\d+|E\d+): (.*)$|^\s*error\[(E\d+)\]: (.*)$/;
const raised = /^([\w$]+(?:\.[\w$]+)*)(?::\s*(.*))?$/;
/** Of a log that says so itself. */
const logType = 'error';
const logged = /^\s*(?:\[?\d[\d:.,TZ+\s-]{4,40}\]?\s+)?(?:\[?(?:error|fatal|err)\]?)[:\s]\s*(\S.*)$/i;

/** Goes through the lines once: a headline, and the frames that belong to it. */
function* readErrors(lines: readonly string[]): Generator<ReadError> {
  let open: ReadError | undefined;
  /** Frames of Python come before what was raised, the outermost first. */
  let traceback: StackFrame[] | undefined;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const frame = frameOf(line, lines[index + 1]);
    if (/^\s*Traceback \(most recent call last\)/.test(line)) {
      traceback = [];
    } else if (traceback !== undefined) {
      if (frame !== undefined) traceback.unshift(frame);
      else if (/^\S/.test(line)) {
        const said = raised.exec(line.trim());
        if (open !== undefined) yield open;
        open = said === null ? undefined : { line, type: lastName(said[1]), message: said[2] ?? '', frames: traceback };
        traceback = undefined;
      }
    } else if (frame !== undefined) {
      open?.frames.push(frame);
    } else {
      const next = headline(line, lines[index + 1]);
      if (next === undefined) continue;
      // What a cause has led to is told before it, and what a log says of an error right before the error.
      const isOfThis = cause.test(line) || (open?.type === logType && open.frames.length === 0 && lines[index - 1] === open.line);
      if (open !== undefined && !isOfThis) yield open;
      open = next;
    }
  }
  if (open !== undefined) yield open;
}

function headline(line: string, next: string | undefined): ReadError | undefined {
  const thrown = cause.exec(line) ?? typed.exec(line);
  if (thrown !== null) return { line, type: lastName(thrown[1]), message: thrown[2] ?? '', frames: [] };
  const gone = went.exec(line);
  if (gone !== null) return { line, type: gone[1] ?? '', message: gone[2] ?? '', frames: [] };
  const rust = panicked.exec(line);
  if (rust !== null) {
    const [, older] = /^'(.*)', [^']+$/.exec(rust[1] ?? '') ?? [];
    const message = older ?? next?.trim() ?? '';
    return { line: `${line.trim()} ${older === undefined ? message : ''}`.trim(), type: 'panic', message, frames: [] };
  }
  const code = compiled.exec(line);
  if (code !== null) return { line, type: code[1] ?? code[3] ?? '', message: code[2] ?? code[4] ?? '', frames: [] };
  const said = logged.exec(line);
  return said === null ? undefined : { line, type: logType, message: said[1] ?? '', frames: [] };
}

function lastName(type: string | undefined): string {
  return type?.slice(Math.max(type.lastIndexOf('.'), type.lastIndexOf('$')) + 1) ?? '';
}
