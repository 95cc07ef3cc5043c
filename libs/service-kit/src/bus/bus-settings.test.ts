import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings, ServiceSettings } from '../config.ts';
import { BusSettings, contextSettings } from './bus-settings.ts';

const CREDENTIALS = `-----BEGIN NATS USER JWT-----
eyJ0
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
SUAB
------END USER NKEY SEED------
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'edict-settings-'));
  writeFileSync(join(folder, 'me.creds'), CREDENTIALS);
  writeFileSync(join(folder, 'notes.txt'), 'buy milk');
});
afterAll(() => rmSync(folder, { recursive: true }));

const meant = (env: Record<string, string>) =>
  contextSettings(readSettings(ServiceSettings.extend(BusSettings.shape), env), {
    url: 'nats://h:1',
    name: 'enforcer',
  });

describe('the settings of a service', () => {
  it.each([
    [{ EDICT_REPLICAS: '3' }, { provision: { replicas: 3 } }],
    [{ EDICT_PARTITIONS: '4' }, { provision: { partitions: 4 } }],
    [{ EDICT_EVENTS_AGE: '2d' }, { provision: { eventsAgeMs: 172_800_000 } }],
    [
      { EDICT_DEPLOYMENT: 'd-1' },
      { provision: { deployment: { id: 'd-1', recordedIn: 'EDICT_DEPLOYMENT' } } },
    ],
    [{ EDICT_CHECKPOINT_COMMITS: '7' }, { checkpoints: { commits: 7 } }],
    [{ EDICT_CHECKPOINT_ENTRIES: '8' }, { checkpoints: { entries: 8 } }],
    [{ EDICT_CHECKPOINT_BYTES: '9' }, { checkpoints: { bytes: 9 } }],
    [{ EDICT_KEEP: '3m' }, { checkpoints: { keepMs: 180_000 } }],
    [{ EDICT_INTAKE_ATTEMPTS: '5' }, { intakeAttempts: 5 }],
  ])('%j reaches the context', (env, options) => {
    expect(meant(env)).toMatchObject(options);
  });

  it('bring credentials from their file', () => {
    expect(meant({ EDICT_NATS_CREDENTIALS: join(folder, 'me.creds') }).connection).toEqual({
      url: 'nats://h:1',
      name: 'enforcer',
      credentials: CREDENTIALS,
    });
  });

  it.each([
    ['does not exist', 'nobody.creds'],
    ['holds something else', 'notes.txt'],
    ['is a folder', '.'],
  ])('are refused when the file of credentials %s', (_case, name) => {
    const path = join(folder, name);
    const refusal = expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`EDICT_NATS_CREDENTIALS is ${JSON.stringify(path)}: `),
    });
    expect(() => meant({ EDICT_NATS_CREDENTIALS: path })).toThrow(refusal);
  });

  it('are refused with more partitions than a deployment may have', () => {
    expect(() => meant({ EDICT_PARTITIONS: '2000' })).toThrow(
      'EDICT_PARTITIONS is "2000": must be a whole number from 1 to 1024',
    );
  });
});
