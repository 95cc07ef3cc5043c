import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { Fault } from '@edict/contracts';

const DEFAULT_PORT = 4222;
const LAST_PORT = DEFAULT_PORT + 500;

/** Whether nobody listens on a port of a host. */
const isFree = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });

/**
 * The port to listen on. One that was asked for must be free (`PORT_BUSY` names its holder);
 * otherwise the one used before, else 4222, else the next free one.
 */
export const choosePort = async (host: string, wanted: number | undefined, before: number | undefined) => {
  if (wanted === 0) return 0;
  if (wanted !== undefined) {
    if (await isFree(wanted, host)) return wanted;
    throw new Fault('PORT_BUSY', `port ${wanted} on ${host} is in use${holder(wanted)}; choose another port`);
  }
  if (before !== undefined && (await isFree(before, host))) return before;
  for (let port = DEFAULT_PORT; port <= LAST_PORT; port++) if (await isFree(port, host)) return port;
  throw new Fault('PORT_BUSY', `no free port on ${host} from ${DEFAULT_PORT} to ${LAST_PORT}; name one`);
};

/** Who holds a port, as far as the machine tells: ` by nats-server (pid 12)`, or the empty text. */
const holder = (port: number): string => {
  const linux = output('ss', ['-Hltnp', `sport = :${port}`]);
  const [, name, pid] = /users:\(\("([^"]+)",pid=(\d+)/.exec(linux) ?? [];
  if (name !== undefined) return ` by ${name} (pid ${pid})`;
  const [first] = output('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']).split('\n\n');
  const [, lsofPid, lsofName] = /^p(\d+)\nc(.+)$/m.exec(first ?? '') ?? [];
  return lsofName === undefined ? '' : ` by ${lsofName} (pid ${lsofPid})`;
};

const output = (command: string, args: readonly string[]): string => {
  try {
    return execFileSync(command, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 2_000,
    });
  } catch {
    return '';
  }
};
