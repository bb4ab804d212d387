import type { Bounds, Share } from '../domain/statistics/figures.ts';
import type { Suggestion } from '../domain/statistics/suggestions.ts';
import type { SuggestionReport } from '../operations/statistics/suggest-thresholds.ts';

/** What outcomes propose, for people. */
export function suggestionLines({ known, suggestions }: SuggestionReport): readonly string[] {
  const commands = suggestions.flatMap((each) => (each.kind === 'change' ? [`  ${each.command}`] : []));
  return [
    `Of ${known} ${known === 1 ? 'run' : 'runs'} it is known whether the change was right.`,
    ...suggestions.flatMap((each) => ['', `${each.setting}: ${each.decides}`, ...thoughts(each).map((line) => `  ${line}`)]),
    '',
    ...(commands.length === 0 ? ['Nothing is proposed.'] : ['Nothing was changed. To take what is proposed:', ...commands]),
  ];
}

function thoughts(suggestion: Suggestion): readonly string[] {
  switch (suggestion.kind) {
    case 'too-few':
      return [`stays ${suggestion.at}: known outcomes ${suggestion.known}, and nothing is proposed on fewer than ${suggestion.needed}`];
    case 'not-known':
      return [suggestion.why];
    case 'keep':
      return [`stays ${suggestion.at}: ${evidence(suggestion)}`];
    case 'change':
      return [`from ${suggestion.from} to ${suggestion.to}: ${evidence(suggestion)}`, suggestion.difference];
  }
}

function evidence({ share, bounds, known }: { readonly share: Share; readonly bounds: Bounds; readonly known: number }): string {
  const sure = `between ${Math.round(bounds.low * 100)} and ${Math.round(bounds.high * 100)} % at a confidence of 95 %`;
  return `${share.part} of the ${share.of} from there on were right, ${sure}; known outcomes ${known}`;
}
