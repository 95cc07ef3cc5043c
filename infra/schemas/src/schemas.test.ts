import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { DOCUMENTS, PUBLISHED } from './catalog.ts';
import { CONTRACT_EXAMPLES } from './contract-examples.ts';
import { DOCS } from './docs-folder.ts';
import { generatedFiles, SCHEMA_FOLDER } from './generated-files.ts';
import { POLICY_TEST_EXAMPLE } from './policy-test-example.ts';

type Json = Record<string, unknown>;

const read = (path: string): string => readFileSync(join(DOCS, path), 'utf8');
const published = (name: string): Json => JSON.parse(read(`${SCHEMA_FOLDER}/${name}.schema.json`)) as Json;
/** Judges by the published file alone, not by the schema that it was made from. */
const fits = (name: string, value: unknown): boolean =>
  z.fromJSONSchema(published(name)).safeParse(value).success;
const EXAMPLES = [...CONTRACT_EXAMPLES, ['policy-test', POLICY_TEST_EXAMPLE] as const];
const example = (name: string): Json => {
  const [, value] = EXAMPLES.find(([of]) => of === name) ?? [];
  if (value === undefined) throw new Error(`no document shows a ${name}`);
  return value;
};

describe('the generated documents', () => {
  it.each([...generatedFiles()])(
    '%s is what the schemas give now; else run `npm run schemas`',
    (path, text) => {
      expect(read(path)).toBe(text);
    },
  );

  it('are all that lies in their folder', () => {
    const expected = [...generatedFiles().keys()].filter((path) => path.startsWith(`${SCHEMA_FOLDER}/`));
    expect(readdirSync(join(DOCS, SCHEMA_FOLDER)).sort()).toEqual(
      expected.map((path) => path.slice(SCHEMA_FOLDER.length + 1)).sort(),
    );
  });

  it('have a name each', () => {
    expect(new Set(PUBLISHED.map(({ name }) => name)).size).toBe(PUBLISHED.length);
  });
});

describe('the published JSON Schemas', () => {
  it.each(EXAMPLES)('take the %s that the documents show, as the engine does', (name, value) => {
    expect(fits(name, value)).toBe(true);
    const { schema, annotated } = PUBLISHED.find((entry) => entry.name === name) ?? {};
    if (annotated !== true) expect(schema?.safeParse(value).success).toBe(true);
  });

  it.each(DOCUMENTS.map(({ name }) => name))('take a %s as a document of any kind', (name) => {
    expect(fits('policy-document', example(name))).toBe(true);
  });

  it.each([
    ['decision-request', { as: 'admin' }],
    ['decision-request', { request_id: '' }],
    ['decision-request', { request_id: 'x'.repeat(257) }],
    ['decision-request', { request_id: 'a\u0000' }],
    ['decision-request', { subject: { type: 'agent' } }],
    ['decision-request', { context: { cost: -1 } }],
    ['decision-request', { context: { tokens: 1_000_000_001 } }],
    ['decision-request', { at_least_revision: 1.5 }],
    ['outcome-report', { outcome: 'done' }],
    ['policy-command', { op: 'forget' }],
    ['policy-command', { force: true }],
    ['guardrail-document', { rules: { tool: {} } }],
    ['guardrail-document', { kind: 'hooks' }],
    ['hooks-document', { rules: [{ id: 'x' }] }],
    ['access-document', { rules: { analyst: ['public'] } }],
    ['limits-document', { rules: [{ id: 'x', measure: 'cost', key: [] }] }],
    [
      'limits-document',
      { rules: [{ id: 'x', measure: 'cost', key: ['team'], budget: { limit: 1, window: '1d' } }] },
    ],
    [
      'limits-document',
      { rules: [{ id: 'x', measure: 'cost', key: [], budget: { limit: 1, window: 'soon' } }] },
    ],
    ['decision-document', { schema_version: 4 }],
    ['decision-document', { rules: { votes: {} } }],
    ['signal', { sender: 5 }],
    ['policy-test', { cases: [] }],
    ['policy-test', { case: [] }],
    ['policy-test', { cases: [{ name: 'x', expect: { efect: 'deny' } }] }],
    ['policy-test', { cases: [{ name: 'x', expect: {} }] }],
    ['policy-test', { cases: [{ name: 'x', request: {} }] }],
    ['policy-test', { cases: [{ name: 'x', steps: [{ after: '1m', expect: { effect: 'deny' } }] }] }],
    ['policy-test', { defaults: { request: { subject: { name: 'analyst' } } } }],
    ['verdict-reply', { decision: 'yes' }],
    ['verdict-reply', { receipt: { journal: 'limits.3', revision: 1, index: 0 } }],
    ['error-reply', { decision: true }],
  ])('refuse a %s with %j', (name, wrong) => {
    expect(fits(name, { ...example(name), ...wrong })).toBe(false);
  });

  it.each(['verdict-reply', 'error-reply', 'signal-acknowledgement'])(
    'let a %s bring fields that a reader does not know',
    (name) => {
      expect(fits(name, { ...example(name), more: 1 })).toBe(true);
    },
  );
});

describe('the decision policies of this repository', () => {
  const folder = join(DOCS, '../policies/decisions');
  it.each(readdirSync(folder).filter((file) => file.endsWith('.json')))(
    '%s fits the published schema',
    (file) => {
      expect(fits('decision-document', JSON.parse(readFileSync(join(folder, file), 'utf8')))).toBe(true);
    },
  );
});
