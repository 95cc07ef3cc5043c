import type { Logger } from './logger.ts';

/** Ends a process in order: what was started last ends first, and nothing may take for ever. */
export interface Shutdown {
  /** Adds something to end; once everything else has ended, it is ended at once. */
  add(name: string, end: () => Promise<void> | void): void;
  /** Ends everything once; a second call waits for the first. Answers whether all of it ended in time. */
  run(): Promise<boolean>;
}

export interface ShutdownOptions {
  readonly log: Logger;
  /** For everything together, in milliseconds (10,000). */
  readonly timeoutMs?: number;
}

const TIMED_OUT = Symbol('timed out');

export const createShutdown = ({ log, timeoutMs = 10_000 }: ShutdownOptions): Shutdown => {
  const steps: { readonly name: string; readonly end: () => Promise<void> | void }[] = [];
  let running: Promise<boolean> | undefined;
  let over = false;

  const endOne = async (name: string, end: () => Promise<void> | void): Promise<boolean> => {
    try {
      await end();
      return true;
    } catch (error) {
      log.error(`${name} did not end cleanly`, { error });
      return false;
    }
  };

  const endAll = async (): Promise<boolean> => {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<typeof TIMED_OUT>((resolve) => {
      timer = setTimeout(() => resolve(TIMED_OUT), timeoutMs);
    });
    let clean = true;
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      const ended = await Promise.race([endOne(step.name, step.end), limit]);
      if (ended === TIMED_OUT) log.error(`${step.name} did not end within ${timeoutMs} ms; leaving it`);
      clean = ended === true && clean;
    }
    clearTimeout(timer);
    over = true;
    return clean;
  };

  return {
    add: (name, end) => {
      // A start that goes on while it is ended adds what comes too late.
      if (over) void endOne(name, end);
      else steps.push({ name, end });
    },
    run: () => {
      running ??= endAll();
      return running;
    },
  };
};
