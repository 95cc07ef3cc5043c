import * as z from 'zod';
import { Identifier } from '../identifiers.ts';
import { documentOf } from './envelope.ts';

const Labels = z.array(Identifier, { error: 'must be a list of labels' });

/** The labels that one principal may handle; an absent list allows every label. */
const AccessRule = z.strictObject(
  {
    labels: Labels.optional(),
    input_labels: Labels.optional(),
    output_labels: Labels.optional(),
  },
  { error: 'must be an object with labels, input_labels or output_labels' },
);
export type AccessRule = z.infer<typeof AccessRule>;

/** Access: which labels a principal may handle, by its id. Principals that are not named stay open. */
export const AccessDocument = documentOf(
  'access',
  z.record(Identifier, AccessRule, { error: 'must be an object from principal id to labels' }),
);
export type AccessDocument = z.infer<typeof AccessDocument>;
