import * as z from 'zod';
import { Identifier } from '../identifiers.ts';
import { documentOf, Pattern, When } from './envelope.ts';

const HookRule = z.strictObject(
  {
    id: Identifier,
    phase: z.enum(['before', 'after'], { error: 'must be before or after' }),
    operation: z.enum(['read', 'write', 'delete'], { error: 'must be read, write or delete' }),
    pattern: Pattern,
    when: When.optional(),
    effect: z.enum(['deny', 'modify', 'redact', 'log', 'allow'], {
      error: 'must be deny, modify, log or allow',
    }),
    replace_with: z.unknown().optional(),
  },
  { error: 'must be a hook rule' },
);
export type HookRule = z.infer<typeof HookRule>;

/** Hooks: rules before and after operations on data keys. Well-formed, which is not yet enforceable. */
export const HooksDocument = documentOf(
  'hooks',
  z.array(HookRule, { error: 'must be a list of hook rules' }),
);
export type HooksDocument = z.infer<typeof HooksDocument>;
