import type { JournalName } from '@edict/contracts';
import { createHost, type Journal, systemClock } from '@edict/journal';
import { tallyDecider } from '@edict/journal/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectStore, type StoreConnection } from '../connections.ts';
import { provision } from '../provision/provision.ts';
import { startTestNats, type TestNats } from '../testing/index.ts';
import { jetStreamJournals } from './jetstream-journal.ts';

let nats: TestNats;
let store: StoreConnection;
beforeAll(async () => {
  nats = await startTestNats({ own: true });
  store = await connectStore({ url: nats.url, name: 'test' });
  await provision(store);
});
afterAll(async () => {
  await store.close();
  await nats.stop();
});

/** How a leader answers that knows of no commit, and how one does that hears none of the other copies. */
const NOTHING = { error: { code: 404, err_code: 10037 } };
const CUT_OFF = {
  config: { num_replicas: 3 },
  cluster: { leader: 'n1', replicas: [{ name: 'n2', active: 0 }] },
  state: { last_seq: 0 },
};

/** A broker whose leader knows as much as the test wants; each look at the end of a journal takes a second. */
const misled = () => {
  const leader = { short: 0, lacking: 0, cutOff: false, time: 0 };
  const isShort = (subject: string, query: string): boolean => {
    if (!subject.includes('.MSG.GET.')) return false;
    if (query.includes('next_by_subj')) return leader.lacking-- > 0;
    leader.time += 1_000;
    return leader.short-- > 0;
  };
  const { requester } = store;
  const request: typeof requester.request = async (subject, payload, options) => {
    const reply = await requester.request(subject, payload, options);
    if (leader.cutOff && subject.includes('.STREAM.INFO.')) return { ...reply, json: <T>() => CUT_OFF as T };
    return isShort(subject, String(payload)) ? { ...reply, json: <T>() => NOTHING as T } : reply;
  };
  const open = jetStreamJournals(
    { ...store, requester: { ...requester, request } },
    { now: () => leader.time },
  );
  return { leader, open };
};

const commit = (journal: JournalName, revision: number): Uint8Array =>
  Buffer.from(JSON.stringify({ v: 1, journal, revision, previous: '', semantics: 1, entries: [] }));
let journals = 0;
const ofTwoCommits = async (open: (name: JournalName) => Promise<Journal>) => {
  const name: JournalName = `verdicts.${journals++}`;
  const journal = await open(name);
  for (const head of [0, 1]) await journal.append(head, commit(name, head + 1));
  return { name, journal };
};
const codeOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    (value) => value,
    ({ code, retriable }) => `${code}${retriable ? ', retriable' : ''}`,
  );
const times = async <T>(count: number, ask: () => Promise<T>): Promise<T[]> => {
  const all: T[] = [];
  for (let i = 0; i < count; i++) all.push(await ask());
  return all;
};
const AGAIN = 'UNAVAILABLE, retriable';

describe('a leader that says that a journal ends before what is known', () => {
  it('is asked again, and believed when it has said so for five seconds', async () => {
    const { leader, open } = misled();
    const { journal } = await ofTwoCommits(open);
    leader.short = 100;
    expect(await times(6, () => codeOf(journal.head()))).toEqual([...Array(5).fill(AGAIN), 'JOURNAL_BROKEN']);
  });

  it('is not believed when it knows better in between', async () => {
    const { leader, open } = misled();
    const { journal } = await ofTwoCommits(open);
    leader.short = 4;
    expect(await times(5, () => codeOf(journal.head()))).toEqual([AGAIN, AGAIN, AGAIN, AGAIN, 2]);
    leader.short = 4;
    expect(await times(5, () => codeOf(journal.head()))).toEqual([AGAIN, AGAIN, AGAIN, AGAIN, 2]);
  });

  it('is not believed when it says so twice with a long time in between', async () => {
    const { leader, open } = misled();
    const { journal } = await ofTwoCommits(open);
    leader.short = 2;
    expect(await codeOf(journal.head())).toBe(AGAIN);
    leader.time += 60_000;
    expect(await codeOf(journal.head())).toBe(AGAIN);
  });

  it('is not listened to while it hears no majority of the copies', async () => {
    const { leader, open } = misled();
    const { journal } = await ofTwoCommits(open);
    leader.cutOff = true;
    leader.short = 100;
    expect(await times(20, () => codeOf(journal.head()))).toEqual(Array(20).fill(AGAIN));
  });

  it('is asked again also by those who open the journal anew each time, at a commit that they have read of', async () => {
    const { leader, open } = misled();
    const { name } = await ofTwoCommits(open);
    leader.short = 100;
    const readOn = async (): Promise<number> => {
      let read = 0;
      for await (const { revision } of (await open(name)).read(1)) read = revision;
      return read;
    };
    expect(await codeOf(readOn())).toBe(AGAIN);
    leader.short = 0;
    expect(await codeOf(readOn())).toBe(2);
    leader.short = 100;
    expect((await times(6, () => codeOf(readOn()))).at(-1)).toBe('JOURNAL_BROKEN');
  });
});

it('a commit that whoever answers does not have is asked for again, of a leader whose end is known', async () => {
  const { leader, open } = misled();
  const { name } = await ofTwoCommits(open);
  leader.lacking = 1;
  const revisions: number[] = [];
  for await (const { revision } of (await open(name)).read(0)) revisions.push(revision);
  expect(revisions).toEqual([1, 2]);
});

describe('a host whose leader says that its journal ends before what it has read', () => {
  const started = async () => {
    const { leader, open } = misled();
    const name: JournalName = `verdicts.${journals++}`;
    const host = createHost({
      journal: await open(name),
      decider: tallyDecider,
      clock: systemClock,
      incarnation: 'i',
      facts: () => ({ ok: true, facts: { extra: 0 } }),
    });
    await host.load();
    const add = (id: string): Promise<boolean> =>
      new Promise((resolve) =>
        host.submit({ command: { type: 'add', name: 'a', amount: 1, id }, ws: 'w' }, ({ ok }) => resolve(ok)),
      );
    expect(await add('first')).toBe(true);
    return { leader, host, add, total: () => host.ask(({ totals }) => totals.get('a')) };
  };

  it('answers when the leader knows better, and goes on', async () => {
    const { leader, host, add, total } = await started();
    leader.short = 4;
    expect(await total()).toBe(1);
    expect(await add('second')).toBe(true);
    expect(host.status()).toMatchObject({ status: 'ready', revision: 2 });
    await host.drain();
  });

  it('stops when that stays so', async () => {
    const { leader, host, total } = await started();
    leader.short = 100;
    expect(await codeOf(total())).toMatch('JOURNAL_BROKEN');
    expect(host.status()).toMatchObject({ status: 'broken' });
  });
});
