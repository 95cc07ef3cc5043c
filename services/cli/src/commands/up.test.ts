import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../cli.ts';
import { createUp, type DeploymentOptions, SERVICES } from './up.ts';

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'edict-state-'));
});
afterEach(() => rmSync(stateDir, { recursive: true }));

interface Around {
  readonly environment?: string;
  /** Why the deployment ends by itself; otherwise the user ends it. */
  readonly ends?: string;
  /** Settings of services. */
  readonly services?: Readonly<Record<string, string>>;
  /** Something does not end in time. */
  readonly stuck?: boolean;
}

/** Runs `up` over a deployment that starts nothing; what it was told, and what stood in the state folder meanwhile. */
const run = async (line: readonly string[], around: Around = {}) => {
  const { environment, ends, services = {}, stuck = false } = around;
  const interruption = new AbortController();
  const asked: DeploymentOptions[] = [];
  let stopped = 0;
  let [out, err] = ['', ''];
  let states: string[] = [];
  const up = createUp(async (options) => {
    asked.push(options);
    return {
      url: options.nats ?? 'nats://127.0.0.1:4222',
      ownServer: options.nats === undefined,
      durability: 'on the disk',
      services: options.services,
      ended: ends === undefined ? new Promise<string>(() => undefined) : Promise.resolve(ends),
      stop: async () => {
        stopped += 1;
        return !stuck;
      },
    };
  });
  const exit = await runCli(line, [up], {
    config: { natsUrl: environment, stateDir, dataDir: '/home/data', noColor: true, services },
    streams: {
      out: (words) => {
        out += words;
        states = readdirSync(stateDir).map((name) => readFileSync(join(stateDir, name), 'utf8'));
        if (ends === undefined) interruption.abort();
      },
      err: (words) => {
        err += words;
      },
      coloured: false,
    },
    readStdin: async () => '',
    now: () => Date.parse('2026-11-21T10:00:00Z'),
    interrupted: interruption.signal,
  });
  return { exit, out, err, asked, stopped, states };
};

describe('up', () => {
  it.each([
    [['up'], { data: '/home/data', nats: undefined, port: undefined, sync: 'always', services: SERVICES }],
    [['up', '--keep', '90d'], { keepMs: 90 * 24 * 3_600_000 }],
    [['up', '--data', 'd', '--port', '4300', '--sync', '2m'], { data: 'd', port: 4300, sync: '2m' }],
    [['up', '--only', 'enforcer', '--nats', 'nats://h:1'], { nats: 'nats://h:1', services: ['enforcer'] }],
    [
      ['up', '--only', 'enforcer', 'projector', '--nats', 'nats://h:1'],
      { services: ['enforcer', 'projector'] },
    ],
  ])('%j starts what it says', async (line, options) => {
    const { exit, asked, stopped } = await run(line);
    expect(asked).toEqual([expect.objectContaining(options)]);
    expect([exit, stopped]).toEqual([0, 1]);
  });

  it('leaves a file about itself while it runs, and takes it away again', async () => {
    const { states } = await run(['up', '--data', 'd']);
    expect(states.map((text) => JSON.parse(text))).toEqual([
      { pid: process.pid, url: 'nats://127.0.0.1:4222', data: 'd', started: '2026-11-21T10:00:00.000Z' },
    ]);
    expect(readdirSync(stateDir)).toEqual([]);
  });

  it('leaves none about a NATS that is somebody else’s: its URL may carry a password', async () => {
    const { states, out } = await run(['up'], { environment: 'nats://me:secret@h:1' });
    expect([states, out.includes('secret')]).toEqual([[], false]);
    expect(out).toContain('nats://h:1');
  });

  it('says where it listens and what an acknowledged answer survives', async () => {
    const { out } = await run(['up', '--json']);
    expect(JSON.parse(out)).toMatchObject({ url: 'nats://127.0.0.1:4222', durability: 'on the disk' });
  });

  it('needs a NATS that runs for one service of several', async () => {
    const { exit, err, asked } = await run(['up', '--only', 'enforcer']);
    expect([exit, asked]).toEqual([3, []]);
    expect(err).toContain('needs a NATS that runs');
  });

  it.each([
    [['--data', ''], undefined, '--data is empty'],
    [[], 'http://h:1', 'EDICT_NATS_URL is http://h:1'],
  ])('refuses %j beside a NATS of %s', async (flags, environment, message) => {
    const { exit, err, asked } = await run(
      ['up', ...flags],
      environment === undefined ? {} : { environment },
    );
    expect([exit, err, asked]).toEqual([2, expect.stringContaining(message), []]);
  });

  it('ends with 3 and in good order when it cannot go on', async () => {
    const { exit, err, stopped } = await run(['up'], { ends: 'the store has vanished' });
    expect([exit, stopped]).toEqual([3, 1]);
    expect(err).toContain('the store has vanished');
  });

  it('hands over the settings of services, and can be ended while it starts', async () => {
    const services = { EDICT_KEEP: '90d', EDICT_PARTITIONS: '4' };
    const { asked } = await run(['up'], { services });
    expect(asked).toEqual([
      expect.objectContaining({ settings: services, interrupted: expect.any(AbortSignal) }),
    ]);
  });

  it('says which flags are of no use beside a NATS that runs already', async () => {
    const line = ['up', '--nats', 'nats://h:1', '--port', '4300', '--sync', '2m'];
    expect((await run(line)).err).toMatch(/--port, --sync: of no use here/);
    expect((await run(['up', '--nats', 'nats://h:1'])).err).toBe('');
  });

  it('ends with 3 when not everything ended in time', async () => {
    expect(await run(['up'], { stuck: true })).toMatchObject({ exit: 3, stopped: 1 });
  });

  it('stops what it has started when it cannot leave its file', async () => {
    rmSync(stateDir, { recursive: true });
    writeFileSync(stateDir, 'not a folder');
    expect(await run(['up'])).toMatchObject({ exit: 3, stopped: 1 });
  });

  it.each([
    ['a service that does not exist', ['up', '--only', 'enforcr', '--nats', 'nats://h:1']],
    ['a port that is none', ['up', '--port', '70000']],
    ['another pace of the disk', ['up', '--sync', 'never']],
  ])('ends with 2 for %s', async (_case, line) => {
    expect((await run(line)).exit).toBe(2);
  });
});
