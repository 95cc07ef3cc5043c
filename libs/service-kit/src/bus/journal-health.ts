import type { JournalEvent, JournalHealth } from '@edict/contracts';
import { canonicalText } from '@edict/core';
import { type Host, type SpeculativeState, sha256Text } from '@edict/journal';

/** What hosts say about their journals; the hash of a state is taken where nothing is being tried out. */
export const journalHealth = async <C, E extends JournalEvent, S extends SpeculativeState, F>(
  hosts: readonly Host<C, E, S, F>[],
  describe: (state: S) => unknown,
  withHashes: boolean,
): Promise<JournalHealth[]> =>
  Promise.all(
    hosts.map(async (host) => {
      const state_hash = withHashes
        ? await host.ask((state) => sha256Text(canonicalText(describe(state)))).catch(() => undefined)
        : undefined;
      const { journal, status, revision, hash, queued, problem } = host.status();
      return {
        journal,
        status,
        revision,
        head: hash,
        queued,
        ...(state_hash !== undefined && { state_hash }),
        ...(problem !== undefined && { problem }),
      };
    }),
  );
