import type { Variant } from '../../measure/rounds.ts';
import type { Requester } from '../../rig/processes.ts';
import type { BenchContext } from '../../scenarios/scenario.ts';
import { type PeerRow, withPeerServers } from '../server-variants.ts';
import { installOpa, startOpa } from './server.ts';

/** OPA's server on the requests of the verdicts, without and with a log of its decisions. */
export const withOpa = <T>(
  context: BenchContext,
  requester: Requester,
  use: (variants: readonly Variant[]) => Promise<T>,
): Promise<T> => {
  const row = (name: string, logs: boolean): PeerRow => ({
    name,
    load: 'opa',
    start: (program) => startOpa(context, program, { logs }),
  });
  const rows = [row('OPA over HTTP', false), row('OPA over HTTP, decisions logged to a file', true)];
  return withPeerServers(context, { requester, install: installOpa, rows }, use);
};
