import type { Variant } from '../../measure/rounds.ts';
import type { Requester } from '../../rig/processes.ts';
import type { BenchContext } from '../../scenarios/scenario.ts';
import { type PeerRow, withPeerServers } from '../server-variants.ts';
import { installMacpRuntime, startMacpRuntime } from './server.ts';

export const MACP_ROWS = { files: 'macp-runtime with files', memory: 'macp-runtime in memory' } as const;

/** The server of macp-runtime on the signals of the sessions; each window has sessions of its own. */
export const withMacpRuntime = <T>(
  context: BenchContext,
  { requester, sessions }: { readonly requester: Requester; readonly sessions: number },
  use: (variants: readonly Variant[]) => Promise<T>,
): Promise<T> => {
  const row = (storage: 'files' | 'memory'): PeerRow => ({
    name: MACP_ROWS[storage],
    load: 'macp-runtime',
    start: (program) => startMacpRuntime(context, program, storage),
    prepared: ({ port }) => requester.order({ kind: 'open-sessions', count: sessions, macpPort: port }),
  });
  const rows = [row('files'), row('memory')];
  return withPeerServers(context, { requester, install: installMacpRuntime, rows }, use);
};
