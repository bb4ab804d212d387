/**
 * What any program on macOS needs before it does anything of its own, and what Node, Python and git need of the system. Nothing of it names a
 * user's file, the keychain, the window server, other applications, or a service that reaches the network for whoever asks (as the one
 * that checks certificates does).
 */
export const systemRules: readonly string[] = [
  // A program with the rights of its file's owner (setuid) is another operation, which stays denied, as do hard links.
  '(allow process-exec process-fork)',
  '(allow signal process-info* (target same-sandbox))',
  '(allow sysctl-read)',
  '(allow ipc-posix-sem ipc-posix-shm)',
  '(allow file-map-executable)',
  `(allow mach-lookup ${[
    'com.apple.bsd.dirhelper',
    'com.apple.logd',
    'com.apple.system.logger',
    'com.apple.system.notification_center',
    'com.apple.system.opendirectoryd.libinfo',
    'com.apple.system.opendirectoryd.membership',
  ]
    .map((name) => `(global-name "${name}")`)
    .join(' ')})`,
  // Links on every Mac, that lead below /private.
  '(allow file-read-metadata (literal "/dev") (literal "/etc") (literal "/tmp") (literal "/var"))',
  // The loader opens the root itself.
  '(allow file-read* (literal "/"))',
  '(allow file-read* file-write-data (literal "/dev/null") (literal "/dev/zero"))',
  '(allow file-read* file-write-data file-ioctl (literal "/dev/dtracehelper"))',
  '(allow file-read* (literal "/dev/random") (literal "/dev/urandom") (literal "/dev/autofs_nowait"))',
  '(allow file-read* file-write-data (subpath "/dev/fd") (literal "/dev/stdin") (literal "/dev/stdout") (literal "/dev/stderr"))',
];

/** Programs and libraries of the system and of developer tools, and the files of `/etc` that programs look things up in. */
export const systemFolders: readonly string[] = [
  '/System',
  '/usr',
  '/bin',
  '/sbin',
  '/opt',
  '/Library/Apple',
  '/Library/Developer',
  '/Library/Frameworks',
  '/Library/Java',
  '/Applications/Xcode.app',
  '/private/etc/group',
  '/private/etc/hosts',
  '/private/etc/localtime',
  '/private/etc/passwd',
  '/private/etc/protocols',
  '/private/etc/services',
  '/private/etc/shells',
  '/private/etc/ssl',
  '/private/var/db/dyld',
  '/private/var/db/timezone',
  '/private/var/db/xcode_select_link',
  '/private/var/select',
];
