import { accessSync, constants, existsSync, lstatSync, readdirSync, readlinkSync, statSync } from 'node:fs';

/** What every world sees of the machine, all of it read-only. */
export interface SystemView {
  readonly readable: readonly string[];
  /** Files in /etc, of which copies are enough: each mount makes all further ones slower. */
  readonly copied: readonly string[];
  /** Where the system's folders are links into `/usr`. */
  readonly links: ReadonlyArray<{ readonly path: string; readonly target: string }>;
  /** Below /proc; a program of root's could change the machine through them, whatever else it may not do. */
  readonly frozen: readonly string[];
  /** Below /proc; they tell about the kernel and about others. Files that read as empty inside. */
  readonly emptied: readonly string[];
}

const programs = ['/usr', '/opt', '/nix/store', '/gnu/store', '/run/current-system'];
const maybeLinks = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/**
 * Names in /etc that programs need to run at all. Not there on purpose: whatever may hold a password or a token (gitconfig, npmrc,
 * pip.conf, netrc), who lives on the machine, and its name and addresses.
 */
const settings =
  /^(?:bash\.bashrc|debian_version|gai\.conf|host\.conf|inputrc|ld\.so\.(?:cache|conf)|locale\.alias|localtime|lsb-release|magic|magic\.mime|mime\.types|os-release|protocols|services|shells|timezone|xattr\.conf)$/;
const settingsFolders = /^(?:alternatives|crypto-policies|fonts|java.*|jvm.*|maven|static)$/;

/** Certificates of others, without the machine's own keys that lie beside them. */
const certificates = [
  'ssl/certs',
  'ssl/cert.pem',
  'ssl/openssl.cnf',
  'pki/ca-trust',
  'pki/tls/cert.pem',
  'pki/tls/certs',
  'pki/tls/openssl.cnf',
];

/** What root can write there without any capability. Bubblewrap looks at the folders only, and those nobody can write. */
const frozen = ['sys', 'sysrq-trigger', 'irq', 'bus', 'fs', 'scsi', 'acpi', 'driver', 'mtrr', 'asound', 'dynamic_debug', 'pressure'];
const emptied = [
  'kcore',
  'kmsg',
  'keys',
  'key-users',
  'kallsyms',
  'kpagecount',
  'kpageflags',
  'kpagecgroup',
  'latency_stats',
  'modules',
  'pagetypeinfo',
  'sched_debug',
  'slabinfo',
  'timer_list',
  'vmallocinfo',
];

/** Reads what this machine has of it. */
export function readSystemView(): SystemView {
  const links = maybeLinks.flatMap((path) => (isLink(path) ? [{ path, target: readlinkSync(path) }] : []));
  const folders = [...programs, ...maybeLinks.filter((path) => !isLink(path))];
  const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const isRoot = process.geteuid?.() === 0;
  const inEtc = [...readdirSync('/etc').filter((name) => settings.test(name) || settingsFolders.test(name)), ...certificates]
    .map((name) => `/etc/${name}`)
    .filter((path) => existsSync(path));
  return {
    links,
    readable: [...folders.filter((path) => existsSync(path)), ...inEtc.filter(isFolder)],
    copied: inEtc.filter((path) => !isFolder(path) && isReadable(path)),
    frozen: (isRoot ? frozen : []).map((name) => `/proc/${name}`).filter((path) => existsSync(path)),
    emptied: emptied.map((name) => `/proc/${name}`).filter(isReadable),
  };
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
