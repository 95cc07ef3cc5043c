import * as z from 'zod';
import { ERROR_CODES } from './codes.ts';

const text = z.string();
const code = text.min(1).meta({
  description: 'A stable code; further ones may come',
  examples: Object.keys(ERROR_CODES),
});

/** One thing that is wrong with a document, with a JSON pointer to it. */
export const Problem = z
  .object({ code: text, path: text, message: text, allowed: text.exactOptional() })
  .readonly();

/** The error object of every reply. A reply that has one says no, whatever else it holds. */
export const ErrorBody = z
  .object({
    code,
    message: text.describe('Names field, value and what is allowed'),
    retriable: z.boolean().describe('Whether the same message may be sent again under the same id'),
    path: text.exactOptional().describe('JSON pointer to the field that was refused'),
    problems: z
      .array(Problem)
      .readonly()
      .exactOptional()
      .describe('Everything that is wrong with a document, at once'),
    reasons: z
      .array(z.looseObject({ code: text, message: text }).readonly())
      .readonly()
      .exactOptional()
      .describe('Why a policy refused a commitment'),
    current_revision: z.int().min(0).exactOptional().describe('What expected_revision should have been'),
  })
  .readonly();
export type ErrorBody = z.infer<typeof ErrorBody>;

/** The error reply to a decision request or an outcome: `decision` is there, so whoever looks at nothing else is safe. */
export const ErrorReply = z
  .object({ request_id: text.exactOptional(), decision: z.literal(false), error: ErrorBody })
  .readonly();
export type ErrorReply = z.infer<typeof ErrorReply>;

/** The error reply to a policy command. */
export const RefusedReply = z.object({ error: ErrorBody }).readonly();
export type RefusedReply = z.infer<typeof RefusedReply>;
