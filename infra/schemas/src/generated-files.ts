import { asyncApi } from './asyncapi/document.ts';
import { PUBLISHED } from './catalog.ts';
import { configurationPage } from './configuration.ts';
import { anyDocument, jsonSchema } from './json-schema.ts';

/** Where JSON Schemas lie, and nothing else does. Paths are relative to `docs`. */
export const SCHEMA_FOLDER = 'schemas';

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Every generated file: its path below `docs`, and its text. */
export const generatedFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ...PUBLISHED.map((published): [string, string] => [
      `${SCHEMA_FOLDER}/${published.name}.schema.json`,
      json(jsonSchema(published)),
    ]),
    [`${SCHEMA_FOLDER}/policy-document.schema.json`, json(anyDocument())],
    ['asyncapi.json', json(asyncApi())],
    ['configuration.md', configurationPage()],
  ]);
