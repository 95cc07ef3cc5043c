import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectStore, findDeployment } from '@edict/nats';
import { type CuttableLink, cuttableLink, startTestNats, type TestNats } from '@edict/nats/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeploymentOptions } from '../commands/up.ts';
import { toStop } from '../stop.ts';
import { startDeployment } from './start-deployment.ts';

let folder: string;
let nats: TestNats;
let link: CuttableLink;
let logged: string[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'edict-up-'));
  nats = await startTestNats({ own: true });
});
afterAll(async () => {
  await nats.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  logged = [];
  link = await cuttableLink(nats.url);
});
afterEach(() => link.close());

const start = (settings: DeploymentOptions['settings'], options: Partial<DeploymentOptions> = {}) =>
  startDeployment({
    data: join(folder, 'data'),
    nats: link.url,
    port: undefined,
    sync: '2m',
    services: ['policy-store'],
    log: (line) => logged.push(line),
    ...(settings && { settings }),
    ...options,
  });

/** How a start fails: as the command line would end. */
const failureOf = async (...how: Parameters<typeof start>) => {
  const { exit, message } = toStop(
    await start(...how).then(
      () => new Error('it started'),
      (error: unknown) => error,
    ),
  );
  return { exit, message };
};

const recorded = async () => {
  const store = await connectStore({ url: nats.url, name: 'test' });
  const deployment = await findDeployment(store);
  await store.close();
  return deployment;
};

describe('a deployment on a NATS that runs', () => {
  it('follows the settings of services', async () => {
    const deployment = await start({ EDICT_PARTITIONS: '3', EDICT_LOG_LEVEL: 'error' });
    expect(await recorded()).toMatchObject({ partitions: 3 });
    expect(await deployment.stop()).toBe(true);
  });

  it('belongs to the deployment of EDICT_DEPLOYMENT or does not start, and then leaves nothing behind', async () => {
    const { id } = (await recorded()) ?? {};
    const deployment = await start({ EDICT_DEPLOYMENT: id });
    expect(await deployment.stop()).toBe(true);
    expect(await failureOf({ EDICT_DEPLOYMENT: 'another' })).toEqual({
      exit: 3,
      message: expect.stringMatching(/EDICT_DEPLOYMENT says that this is deployment another/),
    });
    await expect.poll(() => link.connections()).toBe(0);
  });

  it('logs as it is told', async () => {
    const deployment = await start({ EDICT_LOG_FORMAT: 'json' });
    link.cut();
    await expect
      .poll(() => logged.map((line) => JSON.parse(line)))
      .toContainEqual(
        expect.objectContaining({
          level: 'warn',
          message: expect.stringContaining('NATS cannot be reached'),
        }),
      );
    await deployment.stop();
  });

  it('leaves nothing behind when the user interrupts its start', async () => {
    const interruption = new AbortController();
    const failure = failureOf({}, { interrupted: interruption.signal });
    await expect.poll(() => link.connections(), { interval: 1 }).toBeGreaterThan(0);
    interruption.abort();
    expect(await failure).toMatchObject({ exit: 3, message: expect.stringContaining('interrupted') });
    await expect.poll(() => link.connections()).toBe(0);
  });
});

describe('a setting that is wrong is refused with 2, by name, before anything is started', () => {
  const own = { nats: undefined };
  it.each([
    ['EDICT_KEEP', '1s', 'at least 120s', {}],
    ['EDICT_PARTITIONS', 'many', 'a whole number from 1 to 1024', {}],
    ['EDICT_REPLICAS', '0', 'a whole number of at least 1', {}],
    ['EDICT_LOG_LEVEL', 'loud', '"debug"|"info"|"warn"|"error"', {}],
    ['EDICT_NATS_CREDENTIALS', '/nowhere/me.creds', 'the path of a .creds file', {}],
    ['EDICT_NATS_CREDENTIALS', '/nowhere/me.creds', 'absent', own],
    ['EDICT_REPLICAS', '3', '1 or absent', own],
  ])('%s %s: %s', async (name, value, allowed, options) => {
    const { exit, message } = await failureOf({ [name]: value }, options);
    expect(exit).toBe(2);
    expect(message).toContain(`${name} is "${value}": `);
    expect(message).toContain(allowed);
    expect(link.connections()).toBe(0);
  });
});

it('a flag counts before the environment, whatever that says', async () => {
  const deployment = await start({ EDICT_KEEP: 'for ever' }, { keepMs: 180_000 });
  expect(await deployment.stop()).toBe(true);
});
