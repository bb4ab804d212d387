import { createParser } from 'eventsource-parser';
import type { ProviderProtocol } from '../../../../domain/model.ts';
import type { ProviderFailure } from '../../../../domain/provider-failure.ts';
import { parseJson } from '../decode.ts';
import { failureInAnswer } from '../failure/failure-of.ts';
import { anthropicReading } from './anthropic.ts';
import { googleReading } from './google.ts';
import { done, openaiChatReading } from './openai-chat.ts';
import { openaiReading } from './openai-responses.ts';
import type { AnswerReport, ReadError, Reading } from './reading.ts';

/** Reads along while an answer passes. Neither method ever throws, whatever comes. */
export interface UsageReader {
  /** The next bytes of the answer's body, decompressed. */
  add(chunk: Uint8Array): void;
  /** The body has ended, however. Nothing is added afterwards. */
  end(): AnswerReport;
}

/** Of an answer in one, and of a single event: 32 MiB. What is longer is handed on like everything else, but not read. */
const mostCharacters = 32 * 1024 * 1024;

/**
 * @param contentType of the answer: a stream of events is read as it comes, anything else as JSON once it is whole.
 * @param now epoch ms; errors in a stream say how long to wait.
 */
export function usageReader(protocol: ProviderProtocol, contentType: string | undefined, now: () => number = Date.now): UsageReader {
  const readError: ReadError = (body, status) => failureInAnswer(protocol, body, now(), status);
  const reading = readings[protocol](readError);
  return contentType?.toLowerCase().includes('event-stream') === true ? streamReader(reading) : wholeReader(reading);
}

const readings: Readonly<Record<ProviderProtocol, (readError: ReadError) => Reading>> = {
  anthropic: anthropicReading,
  openai: openaiReading,
  'openai-chat': openaiChatReading,
  google: googleReading,
};

function streamReader(reading: Reading): UsageReader {
  const decoder = new TextDecoder();
  let isTooLong = false;
  const parser = createParser({
    maxBufferSize: mostCharacters,
    onEvent({ event, data }) {
      if (!reading.concerns(event, data)) return;
      const value = data === '[DONE]' ? done : parseJson(data);
      if (value !== undefined) reading.event(value);
    },
    onError({ type }) {
      // Anything else is a line that means nothing, which a reader of streams passes over.
      isTooLong ||= type === 'max-buffer-size-exceeded';
    },
  });
  let endsWithReturn = false;
  const feed = (piece: string): void => {
    if (isTooLong || piece === '') return;
    parser.feed(piece);
    endsWithReturn = piece.endsWith('\r');
  };
  return {
    add: (chunk) => feed(decoder.decode(chunk, { stream: true })),
    end() {
      feed(decoder.decode());
      // The parser waits for the other half of such a line end.
      if (endsWithReturn) feed('\n');
      return isTooLong ? unreadable('it has a line that is too long') : reading.report();
    },
  };
}

function wholeReader(reading: Reading): UsageReader {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  return {
    add(chunk) {
      bytes += chunk.byteLength;
      if (bytes <= mostCharacters) chunks.push(chunk);
      else chunks.length = 0;
    },
    end() {
      if (bytes > mostCharacters) return unreadable('it is too long');
      const value = parseJson(Buffer.concat(chunks).toString());
      if (value === undefined) return unreadable('it is no JSON, or not all of it');
      reading.whole(value);
      return reading.report();
    },
  };
}

function unreadable(why: string): AnswerReport {
  const failure: ProviderFailure = { kind: 'unreadable', message: `The answer of the provider cannot be read: ${why}.` };
  return { usage: undefined, isComplete: false, failure };
}
