import { isFault } from '@edict/contracts';
import type { ProjectorContext } from './context.ts';

/** A journal that an output cannot project any further. */
export interface Alarm {
  readonly output: string;
  readonly journal: string;
  readonly code: string;
  readonly message: string;
}

export interface Alarms {
  /** Tells of it, unless it was told already. */
  raise(output: string, journal: string, error: unknown): void;
  all(): readonly Alarm[];
}

export const createAlarms = ({ logger, onAlarm }: ProjectorContext): Alarms => {
  const raised = new Map<string, Alarm>();
  return {
    raise: (output, journal, error) => {
      const key = JSON.stringify([output, journal]);
      if (raised.has(key)) return;
      const code = isFault(error) ? error.code : 'INTERNAL_ERROR';
      raised.set(key, { output, journal, code, message: messageOf(error) });
      logger?.error(`${output} has stopped projecting ${journal}`, { error });
      onAlarm?.(journal, error);
    },
    all: () => [...raised.values()],
  };
};

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
