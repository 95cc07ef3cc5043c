import { ERROR_CODES, isFault, type Problem } from '@edict/contracts';

/** What the process ends with: done, the answer is no, bad usage or input, unavailable (contract §2); or a signal. */
export type Exit = 0 | 1 | 2 | 3 | 130 | 143;

export interface StopDetails {
  readonly code: string;
  readonly path?: string;
  readonly problems?: readonly Problem[];
  /** What to do about it; printed under the message. */
  readonly advice?: readonly string[];
}

/** Ends a verb before it is done: the exit, and the message that a person needs. */
export class Stop extends Error {
  readonly exit: Exit;
  readonly details: StopDetails;

  constructor(exit: Exit, message: string, details: StopDetails) {
    super(message);
    this.name = 'Stop';
    this.exit = exit;
    this.details = details;
  }
}

export const badInput = (message: string, advice: readonly string[] = []): Stop =>
  new Stop(2, message, { code: 'BAD_REQUEST', advice });

export const unavailable = (message: string, advice: readonly string[] = []): Stop =>
  new Stop(3, message, { code: 'UNAVAILABLE', advice });

/** An error as a service or the engine answered it: one shape for refusals and for missing answers. */
export interface AnsweredError {
  readonly code: string;
  readonly message: string;
  readonly path?: string;
  readonly problems?: readonly Problem[];
  readonly reasons?: readonly { readonly code: string; readonly message: string }[];
  readonly current_revision?: number;
}

/** Which exit an error code means; a setting is input, any other code that is not ours a fault of the surroundings. */
const exitOf = (code: string): Exit => {
  if (code === 'CONFIG_INVALID') return 2;
  return Object.hasOwn(ERROR_CODES, code) ? ERROR_CODES[code as keyof typeof ERROR_CODES].exit : 3;
};

/** A refusal or a missing answer as the end of a verb. */
export const refusal = (error: AnsweredError): Stop =>
  new Stop(exitOf(error.code), error.message, {
    ...error,
    advice: [
      ...(error.reasons ?? []).map(({ code, message }) => `${code}: ${message}`),
      ...(error.current_revision === undefined ? [] : [`the current revision is ${error.current_revision}`]),
    ],
  });

/** Whatever was thrown, as the end of a verb. A bug keeps its stack. */
export const toStop = (error: unknown): Stop => {
  if (error instanceof Stop) return error;
  if (isFault(error)) return new Stop(exitOf(error.code), error.message, { code: error.code });
  const [what = '', ...stack] = (
    error instanceof Error ? (error.stack ?? error.message) : String(error)
  ).split('\n');
  return new Stop(3, `something went wrong inside edict: ${what}`, { code: 'INTERNAL_ERROR', advice: stack });
};
