import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { StoredCommit } from '@edict/journal';
import { connectStore, findServer, jetStreamJournals, provision, type StoreConnection } from '@edict/nats';
import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer, Wait } from 'testcontainers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const START_MS = 120_000;
const NATS_PORT = 4222;
/** A fixed name: the next run finds the layers and leaves no second image behind. */
const IMAGE = 'edict-nats:test';

/** Why a container can't be tried on this machine, or nothing when it can. */
const obstacle = async (): Promise<string | undefined> => {
  if (process.platform !== 'linux') return `The NATS server of this machine is for ${process.platform}.`;
  try {
    await getContainerRuntimeClient();
    return undefined;
  } catch (error) {
    return `Docker does not answer here: ${String(error)}`;
  }
};

const reason = await obstacle();
if (reason !== undefined) console.warn(`NATS in a container was not tried. ${reason}`);

describe.skipIf(reason !== undefined)('NATS in a container', () => {
  let folder: string;
  let container: StartedTestContainer;
  let store: StoreConnection;

  beforeAll(async () => {
    // The helper that removes forgotten containers is an image of its own, which has to come from a registry.
    process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
    folder = await stageContext();
    const image = await GenericContainer.fromDockerfile(folder, 'nats.Dockerfile').build(IMAGE, {
      deleteOnExit: false,
    });
    container = await image
      .withExposedPorts(NATS_PORT)
      .withWaitStrategy(Wait.forLogMessage(/Server is ready/))
      .start();
    store = await connectStore({ url: urlOf(container), name: 'container test' });
    await provision(store);
  }, START_MS);

  afterAll(async () => {
    await store?.close();
    await container?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  test('a journal in it appends, holds its fence, and reads back the same bytes', async () => {
    const open = jetStreamJournals(store);
    const journal = await open('verdicts.0');
    const rival = await open('verdicts.0');
    const first = commit(1);
    expect(await journal.append(0, first)).toBe('appended');
    expect(await rival.append(0, commit(1))).toBe('conflict');
    expect(await journal.append(1, commit(2))).toBe('appended');
    expect(await rival.head()).toBe(2);
    const stored: StoredCommit[] = [];
    for await (const entry of rival.read(0)) stored.push(entry);
    expect(stored.map(({ revision }) => revision)).toEqual([1, 2]);
    expect(Buffer.from(stored[0]?.bytes ?? []).equals(first)).toBe(true);
  });
});

const commit = (revision: number): Buffer =>
  Buffer.from(
    JSON.stringify({ v: 1, journal: 'verdicts.0', revision, previous: '', semantics: 1, entries: [] }),
  );

const urlOf = (container: StartedTestContainer): string =>
  `nats://${container.getHost()}:${container.getMappedPort(NATS_PORT)}`;

/** The build context of the NATS image: its Dockerfile, the settings, and the server that this machine would start. */
const stageContext = async (): Promise<string> => {
  const context = await mkdtemp(join(tmpdir(), 'edict-nats-image-'));
  const infra = fileURLToPath(new URL('../../', import.meta.url));
  await copyFile(join(infra, 'docker/nats.Dockerfile'), join(context, 'nats.Dockerfile'));
  await copyFile(join(infra, 'nats/nats.conf'), join(context, 'nats.conf'));
  const { binary } = await findServer({ env: process.env });
  const stage = join(infra, 'docker/stage-binary.sh');
  await promisify(execFile)(stage, [binary, join(context, 'root'), '/nats-server']);
  return context;
};
