/** The first line of what was thrown, whatever it is. */
export function firstLine(error: unknown): string {
  try {
    const text = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
    return text.split('\n', 1)[0]?.slice(0, 300) ?? '';
  } catch {
    return 'something that cannot be shown was thrown';
  }
}
