import type { JournalEvent } from '@edict/contracts';
import {
  type CommittedEvent,
  createHost,
  type Host,
  type HostOptions,
  isBroken,
  type SpeculativeState,
} from '@edict/journal';

/** What is told by a host of a partition, besides its answers. */
export interface HostListeners<E> {
  readonly onLive: (events: readonly CommittedEvent<E>[]) => void;
  readonly onLeftBehind: () => void;
}

/**
 * A host with its state rebuilt. One whose journal does not fit together, or has lost its end, comes back too: it
 * refuses everything with `JOURNAL_BROKEN` or `JOURNAL_TRUNCATED`. `onLive` is told of events that are stored from now on, not of those that were read back.
 */
export const loadHost = async <C, E extends JournalEvent, S extends SpeculativeState, F>(
  options: HostOptions<C, E, S, F>,
  onLive: NonNullable<HostOptions<C, E, S, F>['onEvents']>,
): Promise<Host<C, E, S, F>> => {
  let live = false;
  const host = createHost<C, E, S, F>({
    ...options,
    onEvents: (events) => {
      if (live) onLive(events);
      options.onEvents?.(events);
    },
  });
  try {
    await host.load();
  } catch (error) {
    if (!isBroken(error)) throw error;
  }
  live = true;
  return host;
};
