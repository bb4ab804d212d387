/** What a test is tagged with that belongs to the campaigns. */
const campaign = 'campaign';

/**
 * Divides a row of cases that are alike and take long between `npm test` and the campaigns.
 *
 * @param every how many there are to each that is tried at once: 3 for the first, the fourth, the seventh.
 * @returns each with the tags of its test.
 */
export function divided<Case extends object>(cases: readonly Case[], every: number): readonly (Case & { readonly tags: string[] })[] {
  return cases.map((each, index) => ({ ...each, tags: index % every === 0 ? [] : [campaign] }));
}
