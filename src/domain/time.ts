/** The latest moment that a date can name, epoch ms; no time that is kept lies after it. */
export const endOfTime = 8_640_000_000_000_000;
