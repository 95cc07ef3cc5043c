// Plain JavaScript without dependencies: the set-up step runs it before anything is installed.
import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { waysToFetch } from './fetch-server.js';
import { run } from './run-command.js';

/** The server that is fetched when the machine has none. */
export const SERVER_VERSION = '2.15.1';
// The first that can put a message on the disk before it acknowledges it.
const OLDEST = [2, 10];
const FILE = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server';

/** Finds a server, or fetches one without needing root; throws `NATS_SERVER_MISSING` with the commands to type. */
export const findServer = async ({ env, say = () => {}, fetch = true }) => {
  const cache = cacheFolder(env);
  const found =
    (await asked(env.EDICT_NATS_SERVER)) ??
    (await onPath(env, say)) ??
    (await usable(join(cache, FILE), 'cache'));
  if (found !== undefined) return found;
  const failures = [];
  for (const way of fetch ? waysToFetch(SERVER_VERSION) : []) {
    const target = join(cache, FILE);
    const failure = await way.fetch({ env, target, say });
    const server = failure === undefined ? await usable(target, way.name) : undefined;
    if (server !== undefined) return server;
    failures.push(`${way.name}: ${failure ?? 'what it gave does not run here'}`);
  }
  throw missing(failures);
};

/** Where a fetched server is kept: one folder per version, so that an upgrade never meets an old file. */
export const cacheFolder = (env) =>
  join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'edict', `nats-server-${SERVER_VERSION}`);

const asked = async (binary) => {
  if (!binary) return undefined;
  const server = await usable(binary, 'EDICT_NATS_SERVER');
  if (server !== undefined) return server;
  throw fault(
    'NATS_SERVER_MISSING',
    `EDICT_NATS_SERVER is ${binary}: it must name a nats-server that runs here`,
  );
};

const onPath = async (env, say) => {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue;
    const server = await usable(join(folder, FILE), 'PATH');
    if (server === undefined) continue;
    if (isOldEnough(server.version)) return server;
    say(`${server.binary} is version ${server.version}, older than ${OLDEST.join('.')}: looking further`);
  }
  return undefined;
};

const usable = async (binary, source) => {
  try {
    await access(binary, constants.X_OK);
  } catch {
    return undefined;
  }
  const { code, output } = await run(binary, ['--version'], { timeoutMs: 10_000 });
  const version = code === 0 ? /v?(\d+\.\d+\.\d+\S*)/.exec(output)?.[1] : undefined;
  return version === undefined ? undefined : { binary, version, source };
};

const isOldEnough = (version) => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
};

const missing = (failures) =>
  fault(
    'NATS_SERVER_MISSING',
    [
      'no nats-server found: none on PATH, none in the cache, and none could be fetched.',
      ...failures.map((failure) => `  tried ${failure}`),
      'Install one, then run the same command again:',
      '  Debian or Ubuntu  sudo apt-get install nats-server',
      '  macOS             brew install nats-server',
      `  Go                go install github.com/nats-io/nats-server/v2@v${SERVER_VERSION}   (and put its bin folder on PATH)`,
      `  Docker            docker run --rm -p 127.0.0.1:4222:4222 nats:${SERVER_VERSION} -js   (and set EDICT_NATS_URL=nats://127.0.0.1:4222)`,
    ].join('\n'),
  );

const fault = (code, message) => Object.assign(new Error(message), { name: 'Fault', code, retriable: false });
