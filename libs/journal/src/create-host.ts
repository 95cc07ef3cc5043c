import type { JournalEvent } from '@edict/contracts';
import type { SpeculativeState } from './decider.ts';
import { Host } from './host.ts';
import type { HostOptions } from './host-options.ts';

/** A host of a decider on a journal, not yet loaded. */
export const createHost = <C, E extends JournalEvent, S extends SpeculativeState, F>(
  options: HostOptions<C, E, S, F>,
): Host<C, E, S, F> => new Host(options);
