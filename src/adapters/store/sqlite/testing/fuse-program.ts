import { spawn } from 'node:child_process';
import { constants, openSync, read, writeSync } from 'node:fs';

// Mounts an empty FUSE file system of the given type at the given folder and answers the kernel until it is unmounted: what
// sshfs and its like do, without a server. Root on Linux only. It speaks just enough of linux/fuse.h, in the order of bytes of
// x86 and ARM. Usage: fuse-program.ts FOLDER TYPE SOURCE. Prints `ready` when mounted.

const [folder = '', type = '', source = ''] = process.argv.slice(2);
const operation = { lookup: 1, forget: 2, getattr: 3, statfs: 17, init: 26, interrupt: 36, destroy: 38, batchForget: 42 };
const errors = { ENOENT: 2, ENOSYS: 38 };
const headerBytes = { in: 40, out: 16 };

const device = openSync('/dev/fuse', constants.O_RDWR);
const request = Buffer.alloc(1 << 18);

function reply(unique: bigint, body: Buffer | number): void {
  const payload = typeof body === 'number' ? Buffer.alloc(0) : body;
  const header = Buffer.alloc(headerBytes.out);
  header.writeUInt32LE(headerBytes.out + payload.length, 0);
  header.writeInt32LE(typeof body === 'number' ? -body : 0, 4);
  header.writeBigUInt64LE(unique, 8);
  writeSync(device, Buffer.concat([header, payload]));
}

/** fuse_init_out: version 7.31, requests of up to 128 KiB. */
function initialised(): Buffer {
  const body = Buffer.alloc(64);
  body.writeUInt32LE(7, 0);
  body.writeUInt32LE(31, 4);
  body.writeUInt32LE(128 * 1024, 20);
  return body;
}

/** fuse_attr_out of the root: a folder that everybody may enter. */
function rootAttributes(): Buffer {
  const body = Buffer.alloc(16 + 88);
  body.writeBigUInt64LE(1n, 16);
  body.writeUInt32LE(constants.S_IFDIR | 0o777, 16 + 60);
  body.writeUInt32LE(2, 16 + 64);
  return body;
}

function answer(code: number, unique: bigint): void {
  switch (code) {
    case operation.init:
      return reply(unique, initialised());
    case operation.getattr:
      return reply(unique, rootAttributes());
    case operation.statfs:
      return reply(unique, Buffer.alloc(80));
    case operation.lookup:
      return reply(unique, errors.ENOENT);
    case operation.forget:
    case operation.interrupt:
    case operation.batchForget:
      return undefined;
    default:
      return reply(unique, errors.ENOSYS);
  }
}

function serve(): void {
  read(device, request, 0, request.length, null, (error, bytes) => {
    // ENODEV: unmounted, which is the end of this program.
    if (error !== null || bytes < headerBytes.in) process.exit(0);
    answer(request.readUInt32LE(4), request.readBigUInt64LE(8));
    serve();
  });
}

const mount = spawn('mount', ['-i', '-t', type, '-o', 'fd=3,rootmode=40000,user_id=0,group_id=0,allow_other', source, folder], {
  stdio: ['ignore', 'ignore', 'inherit', device],
});
mount.on('exit', (code) => {
  if (code !== 0) process.exit(1);
  serve();
  process.stdout.write('ready\n');
});
