import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../../src/domain/api/document.ts';
import { apiOperations } from '../../../../src/domain/api/operations.ts';
import { addressOf } from './address.ts';
import type { Document } from './document.ts';
import { groupsOf, operationsOf, resolved } from './document.ts';
import { exampleCall, exampleOf } from './example.ts';
import { choicesOf, limitWords, partsOf, typeWords } from './schema-words.ts';

/** The one that a service serves. */
const document: Document = openApiDocument(apiOperations);
const operations = operationsOf(document);
const named = (id: string) => operations.find((each) => each.id === id)!;

describe('operations', () => {
  it('all of them are read from the document, with what they take and answer', () => {
    expect(operations.map(({ id }) => id).toSorted()).toEqual(apiOperations.map(({ id }) => id).toSorted());
    expect(named('answerEscalation')).toMatchObject({
      method: 'POST',
      path: '/escalations/{escalation}/answer',
      scope: 'operate',
      group: 'Questions to people',
      status: '200',
      isStream: false,
    });
    expect(named('answerEscalation').parameters.map(({ name }) => name)).toEqual(['escalation', 'Idempotency-Key']);
    expect(named('startRun').body).toBeDefined();
    expect(named('followEvents')).toMatchObject({ isStream: true, answer: expect.anything() });
  });

  it('those are found that have all words in what is said of them, under the headings of the document', () => {
    const found = (text: string) => groupsOf(document, operations, text).map(([name, group]) => [name, group.map(({ id }) => id)]);
    expect(found('answerEscalation')).toEqual([['Questions to people', ['answerEscalation']]]);
    expect(found('zebra')).toEqual([]);
    expect(found('').flatMap(([, ids]) => ids)).toHaveLength(operations.length);
  });

  it('what a reference stands for has to be there', () => {
    expect(resolved(document, '#/components/schemas/Run')).toHaveProperty('properties.title');
    expect(() => resolved(document, '#/components/schemas/Zebra')).toThrow('The document has no #/components/schemas/Zebra.');
  });

  it('an address is made of values, those that are empty left out', () => {
    expect(addressOf(named('listRuns'), { limit: '5', q: '', state: 'a b' })).toBe('/api/v1/runs?limit=5&state=a+b');
    expect(addressOf(named('readRun'), { run: 'a/b' })).toBe('/api/v1/runs/a%2Fb');
    expect(addressOf(named('readRun'), {})).toBe('/api/v1/runs/');
  });
});

describe('examples', () => {
  it('every operation has an example of a call', () => {
    for (const operation of operations) expect(exampleCall(document, operation, 'http://x/api/v1')).toContain('curl');
  });

  it('a call names the token, the key of a change, the body and where it goes', () => {
    expect(exampleCall(document, named('cancelRun'), 'http://x/api/v1').split(' \\\n  ')).toEqual([
      'curl -X POST -H "authorization: Bearer $MIYABI_TOKEN"',
      '-H "idempotency-key: $(uuidgen)"',
      "-H 'content-type: application/json'",
      "-d '{}'",
      "'http://x/api/v1/runs/<run>/cancel'",
    ]);
    expect(exampleCall(document, named('followEvents'), 'http://x/api/v1')).toMatch(/^curl -N -H/);
  });

  it('what is required is in it, of several the first', () => {
    const schema = {
      type: 'object',
      required: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'],
      properties: {
        a: { const: 1 },
        b: { enum: ['x', 'y'] },
        c: { oneOf: [{ type: 'boolean' }, { type: 'string' }] },
        d: { type: 'array', minItems: 1, items: { type: 'integer', minimum: 3 } },
        e: { type: 'array', items: { type: 'string' } },
        f: { type: 'string' },
        g: { default: 7 },
        h: { $ref: '#/components/schemas/Zebra' },
        i: { type: 'number' },
        z: { type: 'string' },
      },
    };
    const zebras: Document = { ...document, components: { schemas: { Zebra: { type: 'object' } } } };
    expect(exampleOf(zebras, schema)).toEqual({ a: 1, b: 'x', c: true, d: [3], e: [], f: '…', g: 7, h: {}, i: 1 });
  });

  it('what has itself in it comes to an end', () => {
    const node = { type: 'object', required: ['next'], properties: { next: { $ref: '#/components/schemas/Node' } } };
    expect(JSON.stringify(exampleOf({ ...document, components: { schemas: { Node: node } } }, node))).toContain('{"next":{}}');
  });
});

describe('schemas in words', () => {
  it('what something may be is said in a few words', () => {
    const said: ReadonlyArray<readonly [Readonly<Record<string, unknown>>, string]> = [
      [{ $ref: '#/components/schemas/Run' }, 'Run'],
      [{ const: 'approve' }, '"approve"'],
      [{ enum: ['a', 'b'] }, '"a" or "b"'],
      [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'text or null'],
      [{ type: ['integer', 'null'] }, 'whole number or null'],
      [{ type: 'array', items: { type: 'boolean' } }, 'list of true or false'],
      [{ type: 'array' }, 'list'],
      [{ type: 'object' }, 'object'],
      [{}, 'anything'],
    ];
    for (const [schema, words] of said) expect(typeWords(schema)).toBe(words);
  });

  it('limits are said where they limit something', () => {
    expect(limitWords({ minLength: 1, maxLength: 20, pattern: '^a' })).toEqual(['not empty', 'at most 20 characters', 'like ^a']);
    expect(limitWords({ minLength: 2, minimum: 1, maximum: 9, exclusiveMinimum: 0, minItems: 1, maxItems: 3, default: 5 })).toEqual([
      'at least 2 characters',
      'at least 1',
      'at most 9',
      'more than 0',
      'at least 1',
      'at most 3',
      '5 by default',
    ]);
    expect(limitWords({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER })).toEqual([]);
  });

  it('parts and choices are read where there are any', () => {
    expect(partsOf({ properties: { a: {} }, required: ['a'] })).toEqual([{ name: 'a', schema: {}, isRequired: true }]);
    expect(partsOf({ type: 'string' })).toEqual([]);
    expect(choicesOf({ oneOf: [{ type: 'null' }] })).toEqual([{ type: 'null' }]);
  });
});
