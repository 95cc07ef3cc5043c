import { type Commit, isFault } from '@edict/contracts';
import type { ProjectorContext } from './context.ts';

/** A journal that an output cannot project any further, or of which it may lack the beginning. */
export interface Alarm {
  readonly output: string;
  readonly journal: string;
  readonly code: string;
  readonly message: string;
}

export interface Alarms {
  /** Tells of it, unless it was told already. */
  raise(output: string, journal: string, error: unknown): void;
  /** Tells that an output may lack what lies below the first commit that its journal still has. */
  miss(output: string, journal: string, first: Commit): void;
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
    miss: (output, journal, { revision, entries }) => {
      const key = JSON.stringify([output, journal]);
      if (raised.has(key)) return;
      const since = new Date(entries[0]?.at ?? 0).toISOString();
      const message = `${journal} was purged below revision ${revision} (${since}) before ${output} had read that far: it goes on from there, and what lay below may be missing from it`;
      raised.set(key, { output, journal, code: 'JOURNAL_PURGED', message });
      logger?.warn(message);
    },
    all: () => [...raised.values()],
  };
};

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
