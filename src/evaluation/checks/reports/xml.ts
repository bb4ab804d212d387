import { createRequire } from 'node:module';
import type { XMLParser } from 'fast-xml-parser';

/** One element: its name, what is in it, and its attributes, in the shape that `preserveOrder` gives: `[{ tag: children, ':@': { '@_name': value } }]`. */
export type XmlNode = Readonly<Record<string, unknown>>;

let parser: XMLParser | undefined;

/** Loaded when the first XML is read: of most projects none is. It refuses more than 100 elements within each other by itself. */
function xmlParser(): XMLParser {
  const { XMLParser: Parser } = createRequire(import.meta.url)('fast-xml-parser') as typeof import('fast-xml-parser');
  return new Parser({
    preserveOrder: true,
    ignoreAttributes: false,
    parseAttributeValue: false,
    parseTagValue: false,
    processEntities: true,
    htmlEntities: false,
    trimValues: true,
  });
}

/**
 * Reads foreign XML. A document type is refused unread, and with it every entity bomb. @returns undefined when it is no XML, or is cut off.
 *
 * @param doctype the document type that this format begins with, which is taken away unread where it names no entities.
 */
export function parseXml(text: string, doctype?: RegExp): readonly XmlNode[] | undefined {
  const own = doctype === undefined ? text : text.replace(doctype, '');
  if (hasDocumentType(own)) return undefined;
  try {
    parser ??= xmlParser();
    return parser.parse(own, true) as readonly XmlNode[];
  } catch {
    return undefined;
  }
}

/** In the text of a failure (CDATA) and in comments it is only text. */
function hasDocumentType(text: string): boolean {
  const endings = { '<![CDATA[': ']]>', '<!--': '-->' } as const;
  const declaration = /<!\[CDATA\[|<!--|<!(?:DOCTYPE|ENTITY)/gi;
  for (let found = declaration.exec(text); found !== null; found = declaration.exec(text)) {
    const [opening] = found;
    if (opening !== '<![CDATA[' && opening !== '<!--') return true;
    const end = text.indexOf(endings[opening], declaration.lastIndex);
    if (end === -1) return false;
    declaration.lastIndex = end;
  }
  return false;
}

/** The name of an element; empty for what has none. */
export function tagOf(node: XmlNode): string {
  return Object.keys(node).find((key) => key !== ':@') ?? '';
}

/** The elements and texts that stand directly in an element. */
export function childrenOf(node: XmlNode): readonly XmlNode[] {
  const value = node[tagOf(node)];
  return Array.isArray(value) ? (value as readonly XmlNode[]) : [];
}

/** The text of an attribute; undefined where the element has none of this name. */
export function attributeOf(node: XmlNode, name: string): string | undefined {
  const attributes = node[':@'] as Readonly<Record<string, unknown>> | undefined;
  const value = attributes?.[`@_${name}`];
  return typeof value === 'string' ? value : undefined;
}

/** The first piece of text that stands directly in an element. */
export function textOf(node: XmlNode): string | undefined {
  const text = childrenOf(node).find((child) => '#text' in child)?.['#text'];
  return typeof text === 'string' ? text : undefined;
}
