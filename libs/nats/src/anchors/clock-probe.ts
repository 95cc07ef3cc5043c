import { CLOCK_ADDRESS, Fault, STREAMS } from '@edict/contracts';
import type { ClockProbe } from '@edict/journal';
import type { StoreConnection } from '../connections.ts';
import { type ApiReply, apiFault, getMessage } from '../jetstream/jetstream-api.ts';

const TIMEOUT_MS = 2_000;

/**
 * Reads the broker's clock: stores a probe and reads back the stamp of the newest one. An acknowledgement has no time;
 * a probe of another process that came in between was stamped in between too.
 */
export const clockProbe =
  (store: StoreConnection): ClockProbe =>
  async () => {
    const reply = await store.requester.request(CLOCK_ADDRESS, '{}', { timeoutMs: TIMEOUT_MS });
    const { error } = reply.json<ApiReply<object>>();
    if (error !== undefined) throw apiFault('storing a clock probe', error);
    const probe = await getMessage(store, STREAMS.anchors, { last_by_subj: CLOCK_ADDRESS }, TIMEOUT_MS);
    if (probe === undefined || Number.isNaN(probe.at)) {
      throw new Fault('CLOCK_UNREADABLE', 'the broker gives no stamp for a clock probe', { retriable: true });
    }
    return probe.at;
  };
