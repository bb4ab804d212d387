/** Different words that a label takes; each is kept for as long as the service lives. */
const mostWords = 100;

/** Lets short words through, so many different ones; all others are `other`. Models have slashes and dots, machines dots and capitals. */
export function boundedLabel(): (word: string) => string {
  const known = new Set<string>();
  return (word) => {
    if (word === '' || known.has(word)) return word;
    if (known.size >= mostWords || !/^[\w./:@-]{1,80}$/.test(word)) return 'other';
    known.add(word);
    return word;
  };
}
