/** A failure of the surroundings (broker, disk, bug), never a refusal. Match on `code`, not on the class. */
export class Fault extends Error {
  readonly code: string;
  readonly retriable: boolean;

  constructor(code: string, message: string, options: { retriable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.retriable = options.retriable ?? false;
  }
}

export const isFault = (error: unknown, code?: string): error is Fault =>
  error instanceof Error && error.name === 'Fault' && (code === undefined || (error as Fault).code === code);
