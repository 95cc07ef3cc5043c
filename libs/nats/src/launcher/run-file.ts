import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault } from '@edict/contracts';
import { endProcess, processIdentity } from './process-identity.ts';

/** What a store folder remembers about the server that runs, or ran, on it. */
interface RunRecord {
  readonly port: number;
  /** Whether a server has been ready on it, so that there is data to be missed. */
  readonly used: boolean;
  readonly server?: ProcessRecord;
  readonly owner?: ProcessRecord;
}

interface ProcessRecord {
  readonly pid: number;
  readonly identity: string;
}

const FILE = 'edict-nats.json';

/** The paths that matter in a store folder. */
export const storePaths = (storeDir: string) => {
  const folder = resolve(storeDir);
  return {
    folder,
    record: join(folder, FILE),
    config: join(folder, 'nats-server.conf'),
    log: join(folder, 'nats-server.log'),
    data: join(folder, 'jetstream'),
    anchors: join(folder, 'edict-anchors.json'),
  };
};

/** What a folder was before this start. */
export interface ClaimedStore {
  readonly port?: number;
  readonly used: boolean;
}

/**
 * Makes a store folder ready for a new server.
 * Ends a server that its starter left behind; refuses a folder that somebody uses (`STORE_IN_USE`), and one that
 * was used and has lost its data (`STORE_VANISHED`).
 */
export const claimStore = async (storeDir: string): Promise<ClaimedStore> => {
  const { folder, record, data, anchors } = storePaths(storeDir);
  mkdirSync(folder, { recursive: true });
  const before = readRecord(record);
  if (before === undefined) return { used: false };
  if (before.server !== undefined && isSame(before.server)) {
    if (before.owner !== undefined && isSame(before.owner)) {
      throw new Fault(
        'STORE_IN_USE',
        `${folder} is in use by process ${before.owner.pid} (its nats-server is ${before.server.pid}); stop it or name another folder`,
      );
    }
    await endProcess(before.server.pid, before.server.identity);
  }
  if (before.used && !existsSync(data)) {
    throw new Fault(
      'STORE_VANISHED',
      `${record} says that ${folder} has been used, but its data ${data} is missing; put it back from a copy; to begin with nothing, remove ${record} and ${anchors}`,
    );
  }
  return { port: before.port, used: before.used };
};

/** Notes which server runs for this process; without a server, that none does. */
export const recordRun = (storeDir: string, { port = 0, used }: ClaimedStore, serverPid?: number): void => {
  const { record } = storePaths(storeDir);
  const server = serverPid === undefined ? undefined : describe(serverPid);
  const owner = server === undefined ? undefined : describe(process.pid);
  const next: RunRecord = { port, used, ...(server && { server }), ...(owner && { owner }) };
  writeFileSync(`${record}.new`, `${JSON.stringify(next)}\n`);
  renameSync(`${record}.new`, record);
};

const describe = (pid: number): ProcessRecord | undefined => {
  const identity = processIdentity(pid);
  return identity === undefined ? undefined : { pid, identity };
};

const isSame = ({ pid, identity }: ProcessRecord): boolean => processIdentity(pid) === identity;

const readRecord = (path: string): RunRecord | undefined => {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as RunRecord;
  } catch (cause) {
    throw new Fault(
      'STORE_UNREADABLE',
      `${path} is not readable as JSON; remove it when no server runs there`,
      {
        cause,
      },
    );
  }
};
