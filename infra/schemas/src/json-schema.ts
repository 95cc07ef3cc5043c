import * as z from 'zod';
import { DOCUMENTS, type Published } from './catalog.ts';

export type JsonSchema = Record<string, unknown>;

/** Draft 2020-12 for files that stand alone; AsyncAPI 3.0 builds on draft 7. */
export type Draft = 'draft-2020-12' | 'draft-07';

/** A published schema as JSON Schema: what a sender may write, and what a reader of replies may rely on. */
export const jsonSchema = (published: Published, target: Draft = 'draft-2020-12'): JsonSchema => {
  const { title, description, schema, annotated = false } = published;
  const {
    $schema,
    '~standard': _,
    ...body
  } = z.toJSONSchema(schema, {
    target,
    io: 'input',
    unrepresentable: ({ zodSchema }) => (zodSchema._zod.def.type === 'custom' ? ANY_DOCUMENT : 'throw'),
    override: ({ jsonSchema }) => simplify(jsonSchema, annotated),
  });
  return { ...(target === 'draft-2020-12' && { $schema }), title, description, ...body };
};

/** Any policy document: what `edict policy save` takes, and what an editor checks a file against. */
export const anyDocument = (): JsonSchema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Policy document',
  description: 'A document of any kind. A MACP descriptor has `mode` and no `kind`.',
  anyOf: DOCUMENTS.map((published) => {
    const { $schema: _, ...body } = jsonSchema(published);
    return body;
  }),
});

/** The only values without a schema of their own are whole documents, which are judged when they are saved. */
const ANY_DOCUMENT = { type: 'object' } as const;

const simplify = (schema: JsonSchema, annotated: boolean): void => {
  if (schema['format'] === 'date-time') delete schema['pattern'];
  if (schema['maximum'] === Number.MAX_SAFE_INTEGER) delete schema['maximum'];
  if (JSON.stringify(schema['propertyNames']) === '{"type":"string"}') delete schema['propertyNames'];
  if (annotated && schema['additionalProperties'] === false) schema['patternProperties'] = { '^[_$]': {} };
};
