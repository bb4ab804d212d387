import { posix } from 'node:path';
import { coverage, type CoveredFile } from './covered-file.ts';
import { attributeOf, childrenOf, parseXml, textOf, type XmlNode } from './xml.ts';

/** Its own document type, which Cobertura and its imitators write; one with entities in it (`[`) is not taken away, and refused. */
const ownDoctype = /<!DOCTYPE coverage SYSTEM ["'][^"'<>[]{0,300}["']\s{0,8}>/;

/**
 * Reads Cobertura XML: the lines of the classes of its packages (those of methods are the same once more).
 *
 * @returns the files by `filename`, put behind the one source folder where there is exactly one; undefined when it is something else.
 */
export function parseCobertura(text: string): readonly CoveredFile[] | undefined {
  const root = parseXml(text, ownDoctype)?.find((node) => 'coverage' in node);
  if (root === undefined || attributeOf(root, 'line-rate') === undefined) return undefined;
  const sources = inside(root, ['sources', 'source']).flatMap((source) => textOf(source) ?? []);
  const [source] = sources.length === 1 ? sources : [];
  const lines = coverage();
  for (const entry of inside(root, ['packages', 'package', 'classes', 'class'])) {
    const name = attributeOf(entry, 'filename');
    if (name === undefined) continue;
    const path = source === undefined || posix.isAbsolute(name) ? name : posix.join(source, name);
    for (const line of inside(entry, ['lines', 'line'])) {
      lines.add(path, Number(attributeOf(line, 'number')), Number(attributeOf(line, 'hits')));
    }
  }
  return lines.files();
}

/** All elements at the end of a path of names. */
function inside(node: XmlNode, path: readonly string[]): readonly XmlNode[] {
  return path.reduce<readonly XmlNode[]>((nodes, tag) => nodes.flatMap((one) => childrenOf(one).filter((child) => tag in child)), [node]);
}
