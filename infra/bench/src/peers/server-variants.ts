import type { Variant } from '../measure/rounds.ts';
import type { Requester } from '../rig/processes.ts';
import { loadVariant } from '../rig/rig.ts';
import type { BenchContext } from '../scenarios/scenario.ts';
import type { Installed } from './install.ts';
import type { PeerServer } from './server.ts';

export interface PeerRow {
  readonly name: string;
  readonly load: 'opa' | 'macp-runtime';
  readonly start: (program: string) => Promise<PeerServer>;
  /** What each window begins with. */
  readonly prepared?: (server: PeerServer) => Promise<unknown>;
}

export interface PeerServers {
  readonly requester: Requester;
  /** Without the peers nothing is. */
  readonly install: (context: BenchContext) => Promise<Installed>;
  readonly rows: readonly PeerRow[];
}

/** Rows of servers beside those of a rig, asked by its requester; none without the peers. The servers end when their use does. */
export const withPeerServers = async <T>(
  context: BenchContext,
  { requester, install, rows }: PeerServers,
  use: (variants: readonly Variant[]) => Promise<T>,
): Promise<T> => {
  const installed = context.peers ? await install(context) : undefined;
  if (installed === undefined || 'missing' in installed) return use([]);
  const servers: PeerServer[] = [];
  const variants: Variant[] = [];
  try {
    for (const { name, load, start, prepared } of rows) {
      const server = await start(installed.program);
      servers.push(server);
      const sender = { requester, pids: () => ({ server: server.pid, requester: requester.pid }) };
      variants.push(
        await loadVariant(
          context,
          sender,
          { kind: load, port: server.port },
          { name, settled: server.settled, ...(prepared && { prepared: () => prepared(server) }) },
        ),
      );
    }
    return await use(variants);
  } finally {
    // They hold nothing that anybody needs, and some would wait for their clients to go first.
    await Promise.all(servers.map((server) => server.kill()));
  }
};
