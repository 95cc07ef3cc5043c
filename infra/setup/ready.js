// Runs before `npm start` and `npm test`, on any Node from 20, before anything is installed: no dependencies here.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findServer } from '../../libs/nats/src/launcher/find-server.js';
import { ensureDependencies } from './dependencies.js';

const { env } = process;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NEEDED_NODE = [22, 18];

const say = (line) => console.error(`set-up: ${line}`);

const ensureNode = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isEnough = major > NEEDED_NODE[0] || (major === NEEDED_NODE[0] && minor >= NEEDED_NODE[1]);
  if (isEnough || existsSync(`${ROOT}node_modules/.bin/node`)) return;
  throw new Error(
    `Node ${process.versions.node} cannot run Edict, and there is no newer one among its packages for ${process.platform}-${process.arch}; install Node ${NEEDED_NODE.join('.')} or newer`,
  );
};

const ensureServer = async () => {
  try {
    await findServer({ env, say });
  } catch (error) {
    if (!env.EDICT_NATS_URL) throw error;
    say(`no nats-server of its own, so only ${env.EDICT_NATS_URL} can be used`);
  }
};

try {
  await ensureDependencies(ROOT, say);
  ensureNode();
  await ensureServer();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 3;
}
