import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { verbAddress } from '@edict/contracts';
import { connectEdge } from '@edict/nats';
import { startTestNats, type TestNats } from '@edict/nats/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const EDICT = fileURLToPath(new URL('../bin/edict.js', import.meta.url));
const INTERRUPTION = fileURLToPath(new URL('./interruption.ts', import.meta.url));
const POLICIES = fileURLToPath(new URL('../../../policies', import.meta.url));

const DENIED = [
  'decide',
  '--as',
  'payments-bot',
  '--action',
  'tool.invoke',
  '--resource',
  'tool:ledger.delete',
];
const DENIED_HERE = [...DENIED, '--local', POLICIES];

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Starts node; the child is gone when the test is over. */
const node = (args: readonly string[], stdio: SpawnOptions['stdio'] = ['ignore', 'pipe', 'pipe']) => {
  const child = spawn(process.execPath, args, { stdio });
  children.push(child);
  const stderr = child.stderr ?? Readable.from([]);
  const exit = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  return { child, stderr, exit };
};
const edict = (line: readonly string[], stdio?: SpawnOptions['stdio']) => node([EDICT, ...line], stdio);

// A process of its own takes a while to begin on a busy machine.
const SLOW = { timeout: 30_000 };

describe('output that does not arrive', SLOW, () => {
  it('a denial stays one when the reader goes away', async () => {
    const { child, exit } = edict(DENIED_HERE);
    child.stdout?.destroy();
    expect(await exit).toBe(1);
  });

  it('what is done stays done when the reader goes away', async () => {
    const { child, stderr, exit } = edict(['policy', 'lint', POLICIES]);
    child.stdout?.destroy();
    expect([await text(stderr), await exit]).toEqual([expect.stringContaining('0 refused'), 0]);
  });

  describe.skipIf(process.platform !== 'linux')('to a full disk', () => {
    const full = openSync('/dev/full', 'w');
    afterAll(() => closeSync(full));

    it('is a failure of what would have been a success, and said', async () => {
      const { stderr, exit } = edict(['policy', 'lint', POLICIES], ['ignore', full, 'pipe']);
      expect(await text(stderr)).toContain('standard output cannot be written: ENOSPC');
      expect(await exit).toBe(3);
    });

    it('leaves a denial a denial', async () => {
      expect(await edict(DENIED_HERE, ['ignore', full, 'ignore']).exit).toBe(1);
    });

    it('does not matter of what is no answer', async () => {
      expect(await edict(['policy', 'lint', POLICIES], ['ignore', 'ignore', full]).exit).toBe(0);
      expect(await edict(DENIED_HERE, ['ignore', 'ignore', full]).exit).toBe(1);
    });
  });
});

describe('decide --local', SLOW, () => {
  it('waits for a revision as a server does, and says that it was not reached', async () => {
    const { stderr, exit } = edict([...DENIED_HERE, '--at-least-revision', '50']);
    expect([await text(stderr), await exit]).toEqual([
      expect.stringContaining(
        'at_least_revision is 50, but the policies of workspace default are at revision',
      ),
      3,
    ]);
  });
});

describe('a signal', SLOW, () => {
  let nats: TestNats;
  beforeAll(async () => {
    nats = await startTestNats();
  });
  afterAll(() => nats.stop());

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends a verb that reads standard input', async (signal, expected) => {
    const { child, exit } = edict(['policy', 'lint', '-'], ['pipe', 'pipe', 'pipe']);
    // More than a pipe holds: when it is all gone, the verb is reading.
    await new Promise((resolve) => child.stdin?.write(Buffer.alloc(1024 * 1024, ' '), resolve));
    child.kill(signal);
    expect(await exit).toBe(expected);
  });

  it('ends a request that nobody answers, and says that it may have been recorded', async () => {
    const mute = await connectEdge({ url: nats.url, name: 'mute' });
    const asked = new Promise<void>((resolve) => {
      mute.nc.subscribe(verbAddress('decide', 'default'), { callback: () => resolve() });
    });
    await mute.nc.flush();
    const { child, stderr, exit } = edict([...DENIED, '--timeout', '60000', '--nats', nats.url]);
    await asked;
    child.kill('SIGTERM');
    expect([await text(stderr), await exit]).toEqual([
      expect.stringContaining('it may have been recorded'),
      143,
    ]);
    await mute.close();
  });

  it('a second one ends at once what does not heed the first', async () => {
    const program = `import { interruptedBySignals } from ${JSON.stringify(INTERRUPTION)};
      interruptedBySignals(); setInterval(() => {}, 1000); console.log('ready');`;
    const { child, exit } = node(['--input-type=module', '-e', program]);
    await once(child.stdout ?? child, 'data');
    const signals = setInterval(() => child.kill('SIGINT'), 100);
    expect(await exit).toBe(130);
    clearInterval(signals);
  });
});

describe('a peer that says nothing', SLOW, () => {
  it('is no NATS within a few seconds', async () => {
    const held: { destroy(): void }[] = [];
    const peer = createServer((socket) => held.push(socket)).listen(0, '127.0.0.1');
    await once(peer, 'listening');
    const { port } = peer.address() as AddressInfo;
    const { stderr, exit } = edict(['policy', 'list', '--nats', `nats://127.0.0.1:${port}`]);
    expect(await text(stderr)).toContain(`nats://127.0.0.1:${port} did not speak NATS within 4 s`);
    expect(await exit).toBe(3);
    for (const socket of held) socket.destroy();
    peer.close();
  });
});
