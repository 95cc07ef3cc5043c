import * as z from 'zod';
import { Receipt } from './commit.ts';
import { ErrorBody } from './error-reply.ts';

/** States of a session; the last three are terminal. */
export const SESSION_STATES = ['Open', 'Suspended', 'Resolved', 'Expired', 'Cancelled'] as const;
export type SessionState = (typeof SESSION_STATES)[number];

const { code, message, path, retriable, reasons } = ErrorBody.unwrap().shape;

/** What a sender of a signal gets back (contract §5). */
export const Acknowledgement = z
  .object({
    ok: z.boolean(),
    duplicate: z.boolean(),
    message_id: z.string(),
    session_id: z.string(),
    /** `null` when no session is concerned. */
    session_state: z.enum(SESSION_STATES).nullable(),
    accepted_at_unix_ms: z.int().min(0).nullable(),
    error: z.object({ code, message, path, retriable, reasons: reasons.unwrap() }).readonly().nullable(),
    receipt: Receipt.nullable(),
  })
  .readonly();
export type Acknowledgement = z.infer<typeof Acknowledgement>;
