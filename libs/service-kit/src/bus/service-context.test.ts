import { Fault } from '@edict/contracts';
import { type Clock, systemClock } from '@edict/journal';
import type { AnchorFile } from '@edict/nats';
import { type CuttableLink, cuttableLink, startTestNats, type TestNats } from '@edict/nats/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../logger.ts';
import { openServiceContext, type ServiceContextOptions } from './service-context.ts';

let nats: TestNats;
let link: CuttableLink;
beforeAll(async () => {
  nats = await startTestNats({ own: true });
});
afterAll(() => nats.stop());
beforeEach(async () => {
  link = await cuttableLink(nats.url);
});
afterEach(() => link.close());

const open = (options: Partial<ServiceContextOptions> = {}) =>
  openServiceContext({
    connection: { url: link.url, name: 'context test' },
    services: ['enforcer'],
    log: createLogger({ level: 'error', format: 'json', write: () => undefined }),
    ...options,
  });

/** A place for anchors that says what deployment it holds, and whose anchors come as they are given. */
const anchorFile = (all: AnchorFile['anchors']['all'], deployment?: string): AnchorFile => ({
  path: '/data/anchors.json',
  deployment: () => deployment,
  belongTo: async () => undefined,
  anchors: {
    place: '/data/anchors.json',
    read: async () => undefined,
    all,
    write: async () => undefined,
  },
});
const unreadable = (): Promise<never> => Promise.reject(new Fault('STORE_UNREADABLE', 'no anchors'));

const nobodyIsConnected = () => expect.poll(() => link.connections()).toBe(0);

test('what opens has two connections, and closes them', async () => {
  const context = await open();
  expect(link.connections()).toBe(2);
  await context.close();
  await nobodyIsConnected();
});

test('nothing stays connected when the store is not the one that is wanted', async () => {
  const deployment = { id: 'another', recordedIn: 'EDICT_DEPLOYMENT' };
  await expect(open({ provision: { deployment } })).rejects.toMatchObject({ code: 'DEPLOYMENT_MISMATCH' });
  await nobodyIsConnected();
});

test('nothing stays connected when the members cannot be joined', async () => {
  const clock: Clock = {
    ...systemClock,
    after: (ms, run) => {
      if (ms === GREETING_MS) throw new Error('no timers');
      return systemClock.after(ms, run);
    },
  };
  await expect(open({ clock })).rejects.toMatchObject({ code: 'UNAVAILABLE', retriable: true });
  await nobodyIsConnected();
});

/** How long a member waits for others to answer its first heartbeat. */
const GREETING_MS = 50;

test('a context whose policies cannot be followed still closes', async () => {
  const context = await open({ anchorFile: anchorFile(unreadable) });
  await expect(context.policies()).rejects.toMatchObject({ code: 'STORE_UNREADABLE' });
  await context.close();
  await nobodyIsConnected();
});

test('a context whose policies never catch up still closes', async () => {
  const context = await open({ anchorFile: anchorFile(() => new Promise(() => {})) });
  void context.policies();
  await context.close();
  await nobodyIsConnected();
});

test('a setting and a data folder that name two deployments are refused with both', async () => {
  const provision = { deployment: { id: 'one', recordedIn: 'EDICT_DEPLOYMENT' } };
  const failure = await open({ provision, anchorFile: anchorFile(unreadable, 'two') }).catch(
    (error) => error,
  );
  expect(failure).toMatchObject({ code: 'DEPLOYMENT_MISMATCH' });
  expect(failure.message).toMatch(/EDICT_DEPLOYMENT says .* one, but \/data\/anchors.json says two/);
});
