import type { Plan } from '../../domain/plan.ts';
import { withoutInvisible } from '../../domain/visible-text.ts';

/** The most characters of a task's title in its box. */
const mostLabel = 60;

/**
 * The tasks of a plan as a graph, each with its estimate; the critical path stands out. Boxes have ids of ours, and of a title only letters, digits
 * and a few harmless signs are left: nothing in it is a word of the language.
 */
export function planGraph({ tasks, criticalPath }: Plan): string {
  const boxes = new Map(tasks.map(({ id }, index) => [id, `t${index + 1}`]));
  const box = (id: string): string => boxes.get(id) ?? 'unknown';
  const lines = [
    'graph LR',
    ...tasks.map(({ id, title, estimatedMinutes }) => `  ${box(id)}["${label(id)}: ${label(title)}, ${Math.round(estimatedMinutes)} min"]`),
    ...tasks.flatMap(({ id, after }) => after.filter((on) => boxes.has(on)).map((on) => `  ${box(on)} --> ${box(id)}`)),
    '  classDef critical stroke-width:3px',
    `  class ${criticalPath
      .filter((id) => boxes.has(id))
      .map(box)
      .join(',')} critical`,
  ];
  return `\`\`\`mermaid\n${lines.join('\n')}\n\`\`\``;
}

function label(text: string): string {
  const words = withoutInvisible(text)
    .replaceAll(/[^\p{L}\p{N} .,:_/+-]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  // An address would become a link.
  const plain = words.replaceAll(/:\/+/g, ' ');
  return plain.length <= mostLabel ? plain : `${plain.slice(0, mostLabel).replace(/[\uD800-\uDBFF]$/u, '')}...`;
}
