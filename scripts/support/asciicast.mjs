/**
 * Makes an asciicast (version 2) of what `script` wrote down.
 *
 * @param {{ width: number, height: number }} size of the terminal, in characters
 * @param {Buffer} output everything that was printed, between the line `script` begins with and the one it ends with
 * @param {string} timing a line `seconds bytes` for each piece of it
 */
export function asciicast(size, output, timing) {
  const decoder = new TextDecoder();
  let time = 0;
  let position = output.indexOf('\n') + 1;
  const events = [];
  for (const line of timing.trim().split('\n')) {
    const [seconds, bytes] = line.split(' ').map(Number);
    time += seconds;
    const text = decoder.decode(output.subarray(position, position + bytes), { stream: true });
    position += bytes;
    events.push(JSON.stringify([Number(time.toFixed(3)), 'o', text]));
  }
  return [JSON.stringify({ version: 2, ...size }), ...events, ''].join('\n');
}

/** The same recording with no wait longer than so many seconds, and two more at the end, to be read. */
export function shortenWaits(cast, longest) {
  const [header, ...lines] = cast.trim().split('\n');
  let before = 0;
  let time = 0;
  const events = lines.map((line) => {
    const [at, kind, text] = JSON.parse(line);
    time += Math.min(longest, at - before);
    before = at;
    return JSON.stringify([Number(time.toFixed(3)), kind, text]);
  });
  return [header, ...events, JSON.stringify([Number((time + 2).toFixed(3)), 'o', '']), ''].join('\n');
}
