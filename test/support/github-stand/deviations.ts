/** Where the emulation is known to answer otherwise than GitHub describes, in fields that we do not read; everything else has to be as described. */
export const deviations: ReadonlyArray<{ readonly about: RegExp; readonly why: string }> = [
  {
    about: /^GET \/repos\/\{owner\}\/\{repo\} 200: {2}must have required property '(?:network|subscribers)_count'/,
    why: 'the emulation counts neither forks of forks nor subscribers',
  },
  {
    about: /check-runs\/?.* 200: .*\boutput must have required property 'annotations_url'/,
    why: 'the emulation does not say where annotations lie',
  },
  { about: /^GET \/app 200: /, why: 'the emulation gives an App no owner, and the App as a whole may be null' },
  {
    about:
      /^GET \/(?:app\/installations|repos\/\{owner\}\/\{repo\}\/installation) 200: (?:\/0)?(?:\/account| must have required property 'target_id')/,
    why: 'the emulation tells less of the account that an App is installed for',
  },
];
