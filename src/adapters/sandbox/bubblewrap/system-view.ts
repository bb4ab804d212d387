import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';

/** What every world sees of the machine, all of it read-only. */
export interface SystemView {
  readonly readable: readonly string[];
  /** Where the system's folders are links into `/usr`. */
  readonly links: ReadonlyArray<{ readonly path: string; readonly target: string }>;
  /** Below /proc; a program of root's could change the machine through them, whatever it may do otherwise. */
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
  /^(?:alternatives|bash\.bashrc|ca-certificates|crypto-policies|debian_version|fonts|gai\.conf|host\.conf|inputrc|java.*|jvm.*|ld\.so\.(?:cache|conf|conf\.d)|locale\.alias|localtime|lsb-release|magic|magic\.mime|maven|mime\.types|os-release|perl|protocols|python[0-9.]*|services|shells|static|terminfo|timezone|xattr\.conf)$/;

/** Certificates of others, without the machine's own keys that lie beside them. */
const certificates = [
  '/etc/ssl/certs',
  '/etc/ssl/cert.pem',
  '/etc/ssl/openssl.cnf',
  '/etc/pki/ca-trust',
  '/etc/pki/tls/cert.pem',
  '/etc/pki/tls/certs',
  '/etc/pki/tls/openssl.cnf',
];

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
  return {
    links,
    readable: [...folders, ...listSettings(), ...certificates].filter((path) => existsSync(path)),
    frozen: frozen.map((name) => `/proc/${name}`).filter((path) => existsSync(path)),
    emptied: emptied.map((name) => `/proc/${name}`).filter((path) => existsSync(path)),
  };
}

function listSettings(): readonly string[] {
  return readdirSync('/etc')
    .filter((name) => settings.test(name))
    .map((name) => `/etc/${name}`);
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
