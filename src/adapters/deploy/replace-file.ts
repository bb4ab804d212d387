import { open, rename } from 'node:fs/promises';

/** Writes a file that only its user may read, so that at any moment, also after a power failure, it is the old or the new one as a whole. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const written = `${path}.new`;
  const file = await open(written, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(written, path);
}
