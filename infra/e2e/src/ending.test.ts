import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@edict/nats/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EdictProcess, eventually, startEdict, startEdictWith } from './edict-process.ts';

let folder: string;
let port: number;
let running: EdictProcess[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edict-ending-'));
  port = await freePort();
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((edict) => edict.stop()));
  await rm(folder, { recursive: true, force: true });
});

const kept = (edict: EdictProcess): EdictProcess => {
  running.push(edict);
  return edict;
};

const announced = (edict: EdictProcess) =>
  eventually('edict up says so', async () => edict.output().includes('durability'));

const up = async (): Promise<{ readonly edict: EdictProcess; readonly server: number }> => {
  const edict = kept(startEdict('--data', folder, '--port', String(port)));
  await announced(edict);
  const record = JSON.parse(await readFile(join(folder, 'edict-nats.json'), 'utf8'));
  return { edict, server: record.server.pid };
};

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('edict up', () => {
  test('ends in good order when it is asked to', async () => {
    const { edict, server } = await up();
    edict.signal('SIGTERM');
    expect(await edict.ended, edict.output()).toBe(0);
    expect(lives(server)).toBe(false);
  });

  test('ends with 3 and takes its server along when that is frozen, after a while', async () => {
    const { edict, server } = await up();
    process.kill(server, 'SIGSTOP');
    const asked = performance.now();
    edict.signal('SIGTERM');
    expect(await edict.ended, edict.output()).toBe(3);
    expect(performance.now() - asked).toBeLessThan(20_000);
    await eventually('the server is gone', async () => !lives(server));
  });

  test('ends at once at a second request, and takes its frozen server along', async () => {
    const { edict, server } = await up();
    process.kill(server, 'SIGSTOP');
    edict.signal('SIGINT');
    const asked = performance.now();
    // Later than what passes for copies of the first one.
    const insisting = setInterval(() => edict.signal('SIGINT'), 400);
    await edict.ended.finally(() => clearInterval(insisting));
    expect(performance.now() - asked).toBeLessThan(9_000);
    await eventually('the server is gone', async () => !lives(server));
  });

  test('ends with 3 when it may not go on, and says why', async () => {
    await up();
    const only = ['--only', 'enforcer', '--nats', `nats://127.0.0.1:${port}`];
    const edict = kept(startEdictWith({ EDICT_DEPLOYMENT: 'another' }, ...only));
    expect(await edict.ended).toBe(3);
    expect(edict.output()).toContain('EDICT_DEPLOYMENT says that this is deployment another');
  });

  test('ends with 2 for a setting that is wrong', async () => {
    const edict = kept(startEdictWith({ EDICT_KEEP: 'soon' }, '--data', folder));
    expect(await edict.ended).toBe(2);
    expect(edict.output()).toContain('EDICT_KEEP is "soon": must be a duration such as');
  });
});
