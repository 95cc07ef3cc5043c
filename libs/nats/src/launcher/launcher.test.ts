import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectStore } from '../connections.ts';
import { cacheFolder, findServer } from './find-server.js';
import { keepNatsServer } from './keep-nats-server.ts';
import { processIdentity, waitUntilGone } from './process-identity.ts';
import { startNatsServer } from './start-nats-server.ts';

let scratch: string;
let folders = 0;
const folder = () => join(scratch, `store-${folders++}`);
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'edict-launcher-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const program = async (name: string, says: string): Promise<string> => {
  const path = join(scratch, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho "${says}"\n`);
  await chmod(path, 0o755);
  return path;
};

/** Another process that starts a server, says its number, and goes on as it is told. */
const starterThat = (goesOn: string, storeDir: string) =>
  spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { startNatsServer } from ${JSON.stringify(new URL('./start-nats-server.ts', import.meta.url).href)};
       const server = await startNatsServer({ storeDir: ${JSON.stringify(storeDir)}, port: 0 });
       console.log(server.pid);
       ${goesOn}`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );

describe('finding a server', () => {
  it('prefers the one on PATH to the one in the cache', async () => {
    const binary = await program('bin/nats-server', 'nats-server: v2.14.0');
    const env = { PATH: `/nowhere:${join(scratch, 'bin')}`, XDG_CACHE_HOME: join(scratch, 'cache') };
    await program(
      join('cache', cacheFolder(env).slice(join(scratch, 'cache').length), 'nats-server'),
      'nats-server: v2.15.1',
    );
    expect(await findServer({ env, fetch: false })).toEqual({ binary, version: '2.14.0', source: 'PATH' });
  });

  it('passes over one that is too old, says so, and takes the cache', async () => {
    await program('old/nats-server', 'nats-server: v2.9.10');
    const env = { PATH: join(scratch, 'old'), XDG_CACHE_HOME: join(scratch, 'cache') };
    const said: string[] = [];
    const found = await findServer({ env, fetch: false, say: (line) => said.push(line) });
    expect(found).toMatchObject({ version: '2.15.1', source: 'cache' });
    expect(said.join()).toContain('2.9.10');
  });

  it('says what to type on each system when there is none', async () => {
    const env = { PATH: '', XDG_CACHE_HOME: join(scratch, 'empty') };
    const failure = await findServer({ env, fetch: false }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'NATS_SERVER_MISSING' });
    for (const command of ['apt-get install', 'brew install', 'go install', 'docker run']) {
      expect(String(failure)).toContain(command);
    }
  });

  it('names the file when the one asked for does not run', async () => {
    const env = { EDICT_NATS_SERVER: join(scratch, 'absent') };
    await expect(findServer({ env, fetch: false })).rejects.toThrow(/EDICT_NATS_SERVER is .*absent/);
  });
});

describe('a server of our own', () => {
  it('takes connections with JetStream when it is started, and is gone when it is stopped', async () => {
    const server = await startNatsServer({ storeDir: folder(), port: 0 });
    const identity = processIdentity(server.pid);
    const store = await connectStore({ url: server.url, name: 'test' });
    expect(store.nc.info).toMatchObject({ jetstream: true, version: server.version, port: server.port });
    await store.close();
    await server.stop();
    await server.stop();
    expect(identity).toBeDefined();
    expect(processIdentity(server.pid)).toBeUndefined();
  });

  it('comes back on the port that its folder used before', async () => {
    const storeDir = folder();
    const first = await startNatsServer({ storeDir, port: 0 });
    await first.stop();
    const second = await startNatsServer({ storeDir });
    expect(second.port).toBe(first.port);
    await second.stop();
  });

  it('refuses a port that is in use and names who holds it', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const address = holder.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(startNatsServer({ storeDir: folder(), port })).rejects.toMatchObject({
      code: 'PORT_BUSY',
      message: expect.stringContaining(`port ${port} on 127.0.0.1 is in use`),
    });
    await new Promise((resolve) => holder.close(resolve));
  });

  it('refuses a folder that a living process uses and names that process', async () => {
    const storeDir = folder();
    const server = await startNatsServer({ storeDir, port: 0 });
    await expect(startNatsServer({ storeDir, port: 0 })).rejects.toMatchObject({
      code: 'STORE_IN_USE',
      message: expect.stringContaining(String(process.pid)),
    });
    await server.stop();
  });

  it('refuses a folder that was used and whose data has vanished, with both paths and the way out', async () => {
    const storeDir = folder();
    await (await startNatsServer({ storeDir, port: 0 })).stop();
    await rm(join(storeDir, 'jetstream'), { recursive: true });
    const failure = await startNatsServer({ storeDir, port: 0 }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'STORE_VANISHED' });
    expect(String(failure)).toContain(join(storeDir, 'jetstream'));
    expect(String(failure)).toContain(join(storeDir, 'edict-nats.json'));
  });

  it('refuses a server that cannot keep the promise to be on the disk before the acknowledgement', async () => {
    const binary = await program('early/nats-server', 'nats-server: v2.9.10');
    await expect(startNatsServer({ storeDir: folder(), port: 0, binary })).rejects.toMatchObject({
      code: 'NATS_SERVER_TOO_OLD',
      message: expect.stringContaining('2.10 or newer'),
    });
  });

  it('may be started again in a folder where the first start failed', async () => {
    const storeDir = folder();
    const binary = await program('failing/nats-server', 'nats-server: v2.15.1');
    await expect(startNatsServer({ storeDir, port: 0, binary })).rejects.toMatchObject({
      code: 'NATS_SERVER_FAILED',
    });
    await (await startNatsServer({ storeDir, port: 0 })).stop();
  });

  it('shows the last lines of the log when the server does not start', async () => {
    const storeDir = folder();
    const binary = await program('broken/nats-server', 'nats-server: v2.15.1');
    await expect(startNatsServer({ storeDir, port: 0, binary })).rejects.toMatchObject({
      code: 'NATS_SERVER_FAILED',
      message: expect.stringContaining('v2.15.1'),
    });
  });

  it('ends the server that a killed starter left behind, and goes on with its data on its port', async () => {
    const storeDir = folder();
    const starter = starterThat('setInterval(() => {}, 1000);', storeDir);
    const [line] = await once(starter.stdout, 'data');
    const orphan = Number(String(line));
    const identity = processIdentity(orphan) ?? '';
    starter.kill('SIGKILL');
    await once(starter, 'exit');
    expect(processIdentity(orphan)).toBe(identity);
    const before = JSON.parse(await readFile(join(storeDir, 'edict-nats.json'), 'utf8'));
    const server = await startNatsServer({ storeDir, port: before.port });
    expect(await waitUntilGone(orphan, identity, 0)).toBe(true);
    expect(server.port).toBe(before.port);
    await server.stop();
  });
});

describe('a process that started a server', () => {
  it.skipIf(process.platform === 'win32')(
    'takes it along when it ends without stopping it, also when it is frozen',
    async () => {
      const starter = starterThat("process.kill(server.pid, 'SIGSTOP'); process.exit();", folder());
      const [line] = await once(starter.stdout, 'data');
      await expect.poll(() => processIdentity(Number(String(line))), { timeout: 10_000 }).toBeUndefined();
    },
  );
});

describe('a server that is kept', () => {
  it('is started again on the same port within a second of being killed, and not after it was stopped', async () => {
    const said: string[] = [];
    const kept = await keepNatsServer({ storeDir: folder(), port: 0, say: (line) => said.push(line) });
    const store = await connectStore({ url: kept.url, name: 'test' });
    const back = new Promise<void>((resolve) => {
      store.onChange((connected) => connected && resolve());
    });
    const killedAt = performance.now();
    process.kill(kept.pid() ?? 0, 'SIGKILL');
    await back;
    expect(performance.now() - killedAt).toBeLessThan(1_000);
    expect(said.join()).toContain('SIGKILL');
    const last = kept.pid() ?? 0;
    const identity = processIdentity(last) ?? '';
    await store.close();
    await kept.stop();
    expect(await waitUntilGone(last, identity, 0)).toBe(true);
    expect(kept.pid() === undefined || existsSync(`/proc/${kept.pid()}`) === false).toBe(true);
  });

  it('is not started again once its data has vanished: it says so, and nothing new takes its place', async () => {
    const storeDir = folder();
    const kept = await keepNatsServer({ storeDir, port: 0 });
    await rm(join(storeDir, 'jetstream'), { recursive: true });
    process.kill(kept.pid() ?? 0, 'SIGKILL');
    expect(await kept.lost).toContain(join(storeDir, 'jetstream'));
    expect(existsSync(join(storeDir, 'jetstream'))).toBe(false);
    await kept.stop();
  });
});
