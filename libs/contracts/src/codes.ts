/** What a code means to a machine: the HTTP-like status that NATS service errors carry, the exit of the command line, and whether the same request may be sent again. */
export interface CodeFacts {
  readonly status: number;
  readonly exit: 0 | 1 | 2 | 3;
  readonly retriable: boolean;
}

const code = (status: number, exit: 0 | 1 | 2 | 3, retriable = false): CodeFacts => ({
  status,
  exit,
  retriable,
});

/** Every stable error code. Reasons of verdicts and deny reasons of commitments have codes of their own. */
export const ERROR_CODES = {
  BAD_REQUEST: code(400, 2),
  IDENTITY_MISMATCH: code(403, 1),
  REQUEST_ID_REUSED: code(409, 2),
  REQUEST_NOT_FOUND: code(404, 2),
  OUTCOME_NOT_ALLOWED: code(409, 1),
  OUTCOME_REUSED: code(409, 2),
  DEADLINE: code(504, 3, true),
  OVERLOADED: code(429, 3, true),
  POLICY_STALE: code(503, 3, true),
  REVISION_NOT_REACHED: code(503, 3, true),
  SESSION_PENDING: code(503, 3, true),
  CLOCK_SKEWED: code(503, 3, true),
  UNAVAILABLE: code(503, 3, true),
  INTERNAL_ERROR: code(500, 3, true),
  JOURNAL_BROKEN: code(500, 3),
  JOURNAL_TRUNCATED: code(500, 3),
  JOURNAL_AHEAD: code(500, 3),
  POLICY_INVALID: code(400, 2),
  UNSUPPORTED: code(400, 2),
  REVISION_CONFLICT: code(409, 1),
  POLICY_NOT_FOUND: code(404, 2),
  POLICY_DENIED: code(403, 1),
  UNAUTHENTICATED: code(401, 1),
  FORBIDDEN: code(403, 1),
  SESSION_NOT_FOUND: code(404, 2),
  UNKNOWN_POLICY_VERSION: code(404, 2),
  SESSION_NOT_OPEN: code(409, 1),
  SESSION_ALREADY_EXISTS: code(409, 2),
  INVALID_ENVELOPE: code(400, 2),
  INVALID_SESSION_ID: code(400, 2),
  UNSUPPORTED_PROTOCOL_VERSION: code(400, 2),
  MODE_NOT_SUPPORTED: code(400, 2),
  INVALID_POLICY_DEFINITION: code(400, 2),
  PAYLOAD_TOO_LARGE: code(413, 2),
} as const satisfies Record<string, CodeFacts>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Codes that promise that nothing was recorded, and that the id is unused. Who cannot promise it says `UNAVAILABLE`. */
export const NOTHING_RECORDED: ReadonlySet<string> = new Set<ErrorCode>([
  'DEADLINE',
  'OVERLOADED',
  'POLICY_STALE',
  'REVISION_NOT_REACHED',
]);

/** One thing that is wrong with a document, with a JSON pointer to it. */
export interface Problem {
  readonly code: string;
  readonly path: string;
  readonly message: string;
  readonly allowed?: string;
}

/** A refusal as a value: what a decider or an edge answers instead of events. */
export interface Rejection {
  readonly code: ErrorCode;
  readonly message: string;
  /** JSON pointer to the field that was refused. */
  readonly path?: string;
  readonly problems?: readonly Problem[];
  readonly reasons?: readonly { readonly code: string; readonly message: string }[];
  readonly current_revision?: number;
}

/** The error object that every reply carries in its `error` field. */
export const errorBody = (rejection: Rejection) => ({
  ...rejection,
  retriable: ERROR_CODES[rejection.code].retriable,
});
