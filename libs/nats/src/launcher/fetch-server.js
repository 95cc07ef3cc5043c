import { chmod, copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { debianPackage } from './debian-package.js';
import { lastLine, run } from './run-command.js';

/** The ways to get a server without root, in order. Each answers `undefined` when done, else why it could not. */
export const waysToFetch = (version) => [
  { name: 'debian', fetch: (job) => fromDebian(job) },
  { name: 'go', fetch: (job) => fromGo(version, job) },
  { name: 'docker', fetch: (job) => fromDocker(version, job) },
];

const fromGo = async (version, { env, target, say }) => {
  if ((await run('go', ['version'], { env })).code !== 0) return 'there is no go command';
  say(`building nats-server ${version} with Go (once, about a minute)`);
  return inScratch(target, async (scratch) => {
    const built = await run('go', ['install', `github.com/nats-io/nats-server/v2@v${version}`], {
      cwd: scratch,
      env: { ...env, CGO_ENABLED: '0', GOBIN: scratch },
    });
    if (built.code !== 0) return lastLine(built.output);
    return place(join(scratch, 'nats-server'), target);
  });
};

const fromDebian = async ({ env, target, say }) => {
  if (process.platform !== 'linux') return 'not a Debian system';
  if ((await run('apt-get', ['--version'], { env })).code !== 0) return 'there is no apt-get command';
  say('fetching the Debian package of nats-server (once; apt checks its signature)');
  return inScratch(target, async (scratch) => {
    const { binary, failure } = await debianPackage(scratch, env);
    return binary === undefined ? failure : place(binary, target);
  });
};

/** Only the program is taken out of the image: it is static, and an own child process is easier to look after. */
const fromDocker = async (version, { env, target, say }) => {
  if (process.platform !== 'linux') return 'the image holds a Linux program';
  if ((await run('docker', ['info'], { env, timeoutMs: 10_000 })).code !== 0) return 'docker does not answer';
  say(`taking nats-server ${version} out of its container image (once)`);
  return inScratch(target, async (scratch) => {
    const created = await run('docker', ['create', `nats:${version}`], { env });
    if (created.code !== 0) return lastLine(created.output);
    const container = lastLine(created.output);
    const copied = await run('docker', ['cp', `${container}:/nats-server`, join(scratch, 'nats-server')], {
      env,
    });
    await run('docker', ['rm', container], { env });
    return copied.code === 0 ? place(join(scratch, 'nats-server'), target) : lastLine(copied.output);
  });
};

const inScratch = async (target, work) => {
  let scratch;
  try {
    await mkdir(dirname(target), { recursive: true });
    scratch = await mkdtemp(join(dirname(target), 'fetch-'));
    return await work(scratch);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    if (scratch !== undefined) await rm(scratch, { recursive: true, force: true });
  }
};

/** Moves the finished file into place at once, so that nobody ever runs half a program. */
const place = async (source, target) => {
  const ready = join(dirname(source), 'ready');
  await copyFile(source, ready);
  await chmod(ready, 0o755);
  const checked = await run(ready, ['--version'], { timeoutMs: 10_000 });
  if (checked.code !== 0) return `it does not run here: ${lastLine(checked.output)}`;
  await rename(ready, target);
  return undefined;
};
