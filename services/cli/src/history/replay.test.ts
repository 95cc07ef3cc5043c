import { type JournalName, splitJournal } from '@edict/contracts';
import { createInProcessEngine, type InProcessEngine } from '@edict/engine';
import { createMemorySnapshots } from '@edict/journal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReplayPlan } from './replay-store.ts';
import { EVERYTHING, replayStore } from './replay-store.ts';
import type { StoredMessage, StoreReader } from './store-reader.ts';

let engine: InProcessEngine;
beforeEach(async () => {
  engine = await createInProcessEngine();
});
afterEach(() => engine.close());

const WS = { ws: 'default' };
const JOURNALS: readonly JournalName[] = ['policies.default', 'verdicts.0', 'sessions.0'];

const guardrail = (blocked: readonly string[]) => ({
  policy_id: 'guardrail.tools',
  kind: 'guardrail',
  schema_version: 1,
  description: 'Tools',
  rules: { tools: { allowed_tools: ['mail.*'], blocked_tools: blocked } },
});
const limits = {
  policy_id: 'limits.agents',
  kind: 'limits',
  schema_version: 1,
  description: 'Spend',
  rules: [{ id: 'spend', measure: 'cost', key: ['agent'], budget: { limit: 10, window: 'lifetime' } }],
};

const save = (document: object) => engine.policy(JSON.stringify({ op: 'save', document }), WS);
const decide = (request_id: string, tool: string, cost: number) =>
  engine.decide(
    JSON.stringify({
      request_id,
      subject: { type: 'agent', id: 'analyst' },
      action: { name: 'tool.invoke' },
      resource: { type: 'tool', id: tool },
      context: { cost },
    }),
    WS,
  );

/** Policies change between verdicts, a budget is spent and settled: what a replay has to get right. */
const playHistory = async (): Promise<void> => {
  await save(limits);
  await save(guardrail([]));
  await decide('r-1', 'mail.send', 4);
  await save(guardrail(['mail.send']));
  await decide('r-2', 'mail.send', 4);
  await decide('r-3', 'mail.read', 6);
  await decide('r-4', 'mail.read', 1);
  const subject = { type: 'agent', id: 'analyst' };
  await engine.outcome(
    JSON.stringify({ request_id: 'r-1', subject, outcome: 'success', cost: 3, value: { a: 1 } }),
    WS,
  );
  await decide('r-5', 'mail.read', 1);
};

/** What an engine stored, as a reader of a deployment finds it; `change` may falsify it. */
const stored = async (
  change: (bytes: Uint8Array, journal: JournalName, revision: number) => Uint8Array = (b) => b,
) => {
  const messages: StoredMessage[] = [];
  for (const name of JOURNALS) {
    const journal = await engine.journals.open(name);
    for await (const { revision, bytes } of journal.read(0)) {
      messages.push({ sequence: messages.length + 1, journal: name, bytes: change(bytes, name, revision) });
    }
  }
  const reader: StoreReader = {
    commits: async function* (kind) {
      yield* messages.filter(({ journal }) => splitJournal(journal).kind === kind);
    },
    counts: async () => new Map(),
    anchors: async () => [],
    view: async () => undefined,
    viewsOf: async () => [],
    openJournal: engine.journals.open,
    snapshots: createMemorySnapshots(),
  };
  return reader;
};

const replay = async (plan: ReplayPlan = EVERYTHING) => replayStore(await stored(), plan);
const only = (journal: JournalName, revision: number): ReplayPlan => ({
  kinds: [splitJournal(journal).kind],
  journal,
  until: { revision },
});

describe('replayStore', () => {
  it('N10 derives every verdict again under the policies of its time, byte for byte', async () => {
    await playHistory();
    const verdicts = (await replay()).find(({ journal }) => journal === 'verdicts.0');
    expect(verdicts).toMatchObject({ rederived: 6, differences: [] });
  });

  it('gives the same hash each time, and another one for another state', async () => {
    await playHistory();
    const [first, second] = [await replay(), await replay()];
    expect(first.map(({ state_hash }) => state_hash)).toEqual(second.map(({ state_hash }) => state_hash));
    const [before] = await replay(only('verdicts.0', 1));
    expect(before?.state_hash).not.toBe(first.find(({ journal }) => journal === 'verdicts.0')?.state_hash);
  });

  it('stops at a revision: the state is what it was then', async () => {
    await save(limits);
    await save(guardrail([]));
    await decide('r-1', 'mail.send', 4);
    const [then] = await replay();
    const [verdictsThen] = await replay(only('verdicts.0', 1));
    await decide('r-2', 'mail.send', 4);
    expect(await replay(only('verdicts.0', 1))).toEqual([verdictsThen]);
    expect(await replay(only('policies.default', 2))).toEqual([then]);
  });

  it('leaves out what lies after a time', async () => {
    await playHistory();
    const replayed = await replay({ ...EVERYTHING, until: { time: 0 } });
    expect(replayed.map(({ revision, events }) => [revision, events])).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('names a verdict that was recorded otherwise than it is decided', async () => {
    await save(guardrail([]));
    await decide('r-1', 'mail.send', 0);
    const text = (bytes: Uint8Array) =>
      new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace('"decision":true', '"decision":false');
    const reader = await stored((bytes, journal) =>
      journal === 'verdicts.0' ? new TextEncoder().encode(text(bytes)) : bytes,
    );
    const [, verdicts] = await replayStore(reader, EVERYTHING);
    expect(verdicts?.differences).toMatchObject([
      {
        commit: 'verdicts.0/1',
        recorded: [{ type: 'verdict.issued', data: { decision: false } }],
        derived: [{ type: 'verdict.issued', data: { decision: true } }],
      },
    ]);
  });

  it('stops at a commit that does not fit the chain', async () => {
    await playHistory();
    const reader = await stored((bytes, journal, revision) =>
      journal === 'verdicts.0' && revision === 2
        ? new TextEncoder().encode(
            new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace('analyst', 'anarchy'),
          )
        : bytes,
    );
    await expect(replayStore(reader, EVERYTHING)).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' });
  });
});
