import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { env } = process;

/** Installs what the lock file says when `node_modules` does not fit it; a stamp makes the usual case one comparison. */
export const ensureDependencies = async (root, say, install = npmCi) => {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const stamp = join(root, 'node_modules', '.edict-lock');
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (readText(stamp) === wanted) return;
  if (!fits(JSON.parse(lock.toString('utf8')), join(root, 'node_modules', '.package-lock.json'))) {
    say('installing the packages of package-lock.json (npm ci)');
    install(root);
  }
  writeFileSync(stamp, wanted);
};

const npmCi = (root) => {
  // Under npm this very npm is used, with the Node that runs it.
  const npm = env.npm_execpath;
  const [command, ...first] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  const args = [...first, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && first.length === 0,
  });
  if (status === 0) return;
  throw new Error(
    `npm ci failed (${error?.message ?? `exit ${status}`}); its messages are above. Check the network, then run the same command again`,
  );
};

/** Whether npm's own note of what it installed has every package of the lock file that this machine needs. */
const fits = (lock, notePath) => {
  const note = readText(notePath);
  if (note === undefined) return false;
  const installed = JSON.parse(note).packages ?? {};
  return Object.entries(lock.packages).every(
    ([path, { version, integrity, link, optional, devOptional }]) => {
      if (!path.includes('node_modules/')) return true;
      const found = installed[path];
      if (found === undefined) return optional === true || devOptional === true;
      return found.version === version && found.integrity === integrity && found.link === link;
    },
  );
};

const readText = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};
