import { slowestFind } from '../ping-timeout.ts';

/** How soon an acknowledged write is on the disk: before the acknowledgement, or within two minutes. */
export type SyncPolicy = 'always' | '2m';

export interface ServerConfig {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly storeDir: string;
  readonly sync: SyncPolicy;
}

const PING = { intervalMs: 1_000, max: 2 };

/** How long a frozen client stays with a server that this product starts, at the most. */
export const OWN_PING_TIMEOUT_MS = slowestFind(PING.intervalMs, PING.max);

/**
 * The text of a server's configuration file.
 *
 * The short ping finds a frozen member soon (2.1 s measured): until then it keeps its share of a queue group.
 */
export const serverConfig = ({ host, port, storeDir, sync }: ServerConfig): string =>
  [
    `host: ${JSON.stringify(host)}`,
    `port: ${port === 0 ? -1 : port}`,
    `ports_file_dir: ${JSON.stringify(storeDir)}`,
    `ping_interval: "${PING.intervalMs / 1_000}s"`,
    `ping_max: ${PING.max}`,
    // Two minutes is every server's own default; those before 2.10 do not know the setting.
    `jetstream { store_dir: ${JSON.stringify(storeDir)}${sync === 'always' ? ', sync_interval: always' : ''} }`,
    '',
  ].join('\n');
