import type { ProviderProtocol } from '../../../../domain/model.ts';
import { fields, items, text } from '../decode.ts';

/**
 * Bytes of JSON for each token. English prose has about 4, source code 3 to 3.5, and what is not Latin has 3 for a character that is often
 * a token of its own.
 */
const bytesPerToken = 3;
/** Of one picture: the makers' own figures end near 5,000 for the largest that they do not make smaller first. */
const tokensOfPicture = 5000;
/** Of what lies at the provider and is only named in the request: a conversation so far, a kept context, a file. Nobody tells how much it is. */
const tokensOfHidden = 100_000;
/** Of one answer of the model that is only named. */
const tokensOfItem = 8000;

/** Tokens of input that a request may come to: high rather than low. */
export function estimateInput(protocol: ProviderProtocol, body: unknown, bytes: number): number {
  let counted = bytes;
  let others = hiddenIn(body) * tokensOfHidden;
  for (const part of partsOf(protocol, body)) {
    const medium = mediumOf(part);
    if (medium === undefined) continue;
    counted -= medium.bytes;
    others += medium.tokens;
  }
  return Math.ceil(counted / bytesPerToken) + others;
}

/** What a request goes on with, or refers to as a whole. */
function hiddenIn(body: unknown): number {
  const all = fields(body);
  return ['previous_response_id', 'conversation', 'cachedContent', 'cached_content', 'prompt'].filter((name) => (all[name] ?? '') !== '')
    .length;
}

/**
 * The parts of the messages, in the places where the protocol has them and nowhere else: a text that looks like a picture is paid for as
 * text.
 */
function* partsOf(protocol: ProviderProtocol, body: unknown): Generator {
  switch (protocol) {
    case 'anthropic':
    case 'openai-chat':
      for (const message of items(fields(body)['messages'])) yield* withInner(fields(message)['content']);
      return;
    case 'openai':
      for (const item of items(fields(body)['input'])) {
        yield item;
        yield* withInner(fields(item)['content'] ?? fields(item)['output']);
      }
      return;
    case 'google':
      for (const content of items(fields(body)['contents'])) yield* items(fields(content)['parts']);
  }
}

/** Anthropic's tools answer with parts of their own. */
function* withInner(content: unknown): Generator {
  for (const part of items(content)) {
    yield part;
    if (fields(part)['type'] === 'tool_result') yield* items(fields(part)['content']);
  }
}

interface Medium {
  /** Of the request, that are not text. */
  readonly bytes: number;
  readonly tokens: number;
}

/** Documents and sounds that come with the request are counted as if they were text, which is more than they are. */
function mediumOf(part: unknown): Medium | undefined {
  if (isElsewhere(part)) return { bytes: 0, tokens: tokensOfHidden };
  const { type, source, image_url: url, inlineData, inline_data: inline = inlineData } = fields(part);
  switch (type) {
    case 'item_reference':
      return { bytes: 0, tokens: tokensOfItem };
    case 'image':
      return picture(fields(source)['data']);
    case 'image_url':
    case 'input_image':
      return picture(text(url) ?? fields(url)['url']);
    default: {
      const { data, mimeType, mime_type: kind = mimeType } = fields(inline);
      return text(kind)?.startsWith('image/') === true ? picture(data) : undefined;
    }
  }
}

/** A file that was brought to the provider before, or that it is to fetch. */
function isElsewhere(part: unknown): boolean {
  const { type, source, file, fileData, file_data: google = fileData, file_id: id, file_url: url } = fields(part);
  const { type: kind } = fields(source);
  return (
    (id ?? url ?? fields(file)['file_id'] ?? fields(google)['fileUri'] ?? fields(google)['file_uri']) !== undefined ||
    kind === 'file' ||
    (type === 'document' && kind === 'url')
  );
}

/** @param data of the picture, or its address. */
function picture(data: unknown): Medium {
  return { bytes: text(data)?.length ?? 0, tokens: tokensOfPicture };
}
