/** One line of a stack trace. */
export interface StackFrame {
  /** Function and file, without lines and folders: `total cart.js`. */
  readonly label: string;
  /** Of the project, as far as its path tells; not of a library or of the language. */
  readonly isOwn: boolean;
}

/** `    at total (/srv/app/src/cart.js:12:3)`, `    at async Promise.all (index 0)`, `    at file:///a/b.mjs:1:2` */
const node =
  /^\s+at (?:async )?(?:(?:new )?([^\s(][^(]{0,200}?) \()?((?:file:\/\/|node:|[A-Za-z]:[\\/]|\/|\.{0,2}[\w@.-]*\/)?[^()]{1,400}?):\d+(?::\d+)?\)?$/;
/** `  File "/srv/app/cart.py", line 12, in total` */
const python = /^\s+File "([^"]{1,400})", line \d+(?:, in (\S{1,200}))?/;
/** `\tat com.shop.Cart.total(Cart.java:12)` */
const java = /^\s+at (?:[\w.@-]{1,100}\/)?((?:[\w$<>]+\.){1,30}[\w$<>]+)\(([^():]{1,200})(?::\d+)?\)$/;
/** `main.(*Cart).Total(0xc000...)` before `\t/srv/app/cart.go:12 +0x1d` */
const goFunction = /^(?:created by )?([\w./*()-]{1,300}?)(?:\([^()]{0,300}\)| in goroutine \d+)?$/;
const goFile = /^\t(\S{1,400}\.go):\d+/;
/** `   3: shop::cart::total` before `             at ./src/cart.rs:12:5` */
const rustFunction = /^\s*\d+:\s+(?:0x[\da-f]+ - )?(\S.{0,300})$/;
const rustFile = /^\s+at (\S{1,400}\.rs):\d+/;

const foreign =
  /node_modules|^node:|\(?internal\/|site-packages|dist-packages|\/lib\/python|<frozen |<string>|\/usr\/(?:local\/)?(?:lib|go)\/|\/go\/pkg\/mod|\/\.cargo\/|\/rustc\/|\/rustlib\//;
const foreignName =
  /^(?:java|javax|jdk|sun|scala|kotlin|kotlinx|org\.junit|org\.springframework|org\.apache|io\.netty)\.|^(?:runtime|testing|reflect|net\/http)\.|^(?:std|core|alloc|test|tokio)::|^<?(?:std|core|alloc)::|rust_begin_unwind|__rust|^panic\(/;

/** @param next the line behind it, where languages tell the file. @returns nothing for a line that is no frame. */
export function frameOf(line: string, next: string | undefined): StackFrame | undefined {
  if (line.length > 1_000) return undefined;
  const py = python.exec(line);
  if (py !== null) return frame(py[2], py[1] ?? '');
  const jvm = java.exec(line);
  if (jvm !== null) return frame(jvm[1]?.split('.').slice(-2).join('.'), jvm[2] ?? '', jvm[1]);
  const js = node.exec(line);
  if (js !== null) return frame(js[1], js[2] ?? '');
  const go = next === undefined ? null : goFile.exec(next);
  if (go !== null && !goFile.test(line)) {
    const name = goFunction.exec(line)?.[1];
    if (name !== undefined) return frame(name.slice(name.lastIndexOf('/') + 1), go[1] ?? '', name);
  }
  const rust = rustFunction.exec(line);
  const file = rust === null || next === undefined ? null : rustFile.exec(next);
  if (rust !== null && file !== null) return frame(rust[1], file[1] ?? '', rust[1]);
  // The file of a frame that the line before it has told.
  if (goFile.test(line) || rustFile.test(line)) return { label: '', isOwn: false };
  return undefined;
}

function frame(name: string | undefined, path: string, qualified = name ?? ''): StackFrame {
  const file = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const isOwn = !foreign.test(path) && !foreignName.test(qualified);
  return { label: [plainName(name ?? ''), file].filter((part) => part !== '').join(' '), isOwn };
}

/** Without what compilers add: numbers of closures, hashes, `Object.`, `<anonymous>`. */
function plainName(name: string): string {
  return name
    .replace(/ \[as [^\]]{1,100}\]$/, '')
    .replace(/::h[\da-f]{16}$/, '')
    .replace(/::\{\{closure\}\}$/, '')
    .replace(/(?:\.func\d+(?:\.\d+)*)$/, '')
    .replaceAll(/\$\$?Lambda\$?[\w/$]*|lambda\$|\$\d+/g, '')
    .replace(/^(?:Object|Function|Module)\./, '')
    .replaceAll(/<anonymous>|<module>|<lambda>/g, '')
    .trim();
}
