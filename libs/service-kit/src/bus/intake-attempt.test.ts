import { BOUNDS, type Entry, intakeAddress, type JournalName, type Rejection } from '@edict/contracts';
import { errorText } from '@edict/engine';
import { createMemoryJournals, type OpenJournal, systemClock } from '@edict/journal';
import type { DeadLetter, IntakeMessage } from '@edict/nats';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../logger.ts';
import { attemptIntake, type IntakeWork } from './intake-attempt.ts';
import { triedAgainAfter } from './intake-ending.ts';
import { createRecordedLookup } from './recorded-lookup.ts';
import type { VerbHandler } from './verb-handler.ts';

const JOURNAL: JournalName = 'verdicts.0';
const NOW = Date.UTC(2026, 10, 21, 9);
const HOUR = 3_600_000;

interface Scene {
  readonly reply?: string;
  readonly refused?: Rejection;
  readonly attempts?: number;
  readonly openJournal?: OpenJournal;
  readonly bury?: (letter: DeadLetter) => Promise<void>;
}

/** A service that answers everything with one reply, and what became of the messages that it was given. */
const scene = ({ reply = '{"effect":"allow","receipt":{}}', refused, ...rest }: Scene = {}) => {
  const buried: DeadLetter[] = [];
  const judged: string[] = [];
  const handler: VerbHandler = {
    errorText,
    route: ({ messageId, data }) => {
      if (refused !== undefined) return { ok: false, rejection: refused };
      const id = data.byteLength === 0 ? messageId : new TextDecoder().decode(data);
      const trace = {
        journal: JOURNAL,
        knownForMs: BOUNDS.retryWindowMs,
        isIn: ({ command }: Entry) => command === id,
      };
      return { ok: true, value: { key: 0, judge: () => void judged.push(id), trace } };
    },
  };
  const work: IntakeWork = {
    context: {
      clock: { ...systemClock, now: () => NOW },
      membership: { late: () => false },
      log: createLogger({ level: 'error', format: 'json', write: () => {} }),
      intake: { attempts: rest.attempts ?? 100 },
      bury: rest.bury ?? (async (letter) => void buried.push(letter)),
    },
    service: 'enforcer',
    verb: 'decide',
    handler,
    routing: {
      judge: (_, routed, __, { respond }) => {
        routed.judge(() => {});
        respond(reply);
      },
    },
    lookup: createRecordedLookup(rest.openJournal ?? createMemoryJournals().open),
  };
  const give = async (facts: Partial<IntakeMessage> & { readonly id?: string } = {}): Promise<string> => {
    const endings: string[] = [];
    await attemptIntake(work, {
      address: intakeAddress('decide', 'w'),
      data: Buffer.from(facts.id ?? ''),
      header: () => undefined,
      sequence: 17,
      storedAt: NOW,
      deliveries: 1,
      turn: 10_000,
      done: () => void endings.push('done'),
      later: (ms) => void endings.push(`later ${ms}`),
      drop: () => void endings.push('dropped'),
      working: () => {},
      ...facts,
    });
    return endings.join();
  };
  return { give, buried, judged };
};

const refusal = (code: Rejection['code']): string => errorText({ code, message: 'so it is' });

/** A journal with a commit per entry, each of one command. */
const journalOf = async (...entries: readonly { at: number; command: string }[]): Promise<OpenJournal> => {
  const journals = createMemoryJournals();
  const journal = await journals.open(JOURNAL);
  for (const [i, { at, command }] of entries.entries()) {
    const entry = { id: `e${i}`, at, ws: 'w', command, events: [] };
    const commit = { v: 1, journal: JOURNAL, revision: i + 1, previous: '', semantics: 1, entries: [entry] };
    await journal.append(i, Buffer.from(JSON.stringify(commit)));
  }
  return journals.open;
};

describe('a message of the intake', () => {
  it('is done when its answer is recorded, whatever the answer is', async () => {
    expect(await scene().give()).toBe('done');
    expect(await scene({ reply: '{"ok":false,"error":{"code":"POLICY_DENIED"},"receipt":{}}' }).give()).toBe(
      'done',
    );
    expect(await scene({ reply: '{"ok":true,"error":null,"receipt":null}' }).give()).toBe('done');
  });

  it.each([
    'OVERLOADED',
    'POLICY_STALE',
    'UNAVAILABLE',
    'DEADLINE',
    'SESSION_PENDING',
    'REVISION_NOT_REACHED',
    'CLOCK_SKEWED',
    'INTERNAL_ERROR',
    'JOURNAL_BROKEN',
  ] as const)('comes again after %s, and waits longer each time', async (code) => {
    const { give, buried } = scene({ reply: refusal(code) });
    expect(await give({ deliveries: 1 })).toBe('later 500');
    expect(await give({ deliveries: 4 })).toBe('later 4000');
    expect(await give({ deliveries: 50 })).toBe('later 60000');
    expect(buried).toEqual([]);
  });

  it.each(['BAD_REQUEST', 'REQUEST_ID_REUSED', 'SESSION_NOT_FOUND', 'FORBIDDEN'] as const)(
    'becomes a dead letter with the reason after %s',
    async (code) => {
      const { give, buried } = scene({ reply: refusal(code) });
      expect(await give()).toBe('dropped');
      expect(buried).toMatchObject([
        {
          ws: 'w',
          consumer: 'enforcer',
          address: 'edict.v1.intake.w.decide',
          reason: `${code}: so it is`,
          from: { place: 'EDICT_INTAKE/17', messageId: 'EDICT_INTAKE-17' },
        },
      ]);
    },
  );

  it('becomes a dead letter when it cannot be read, or its address cannot', async () => {
    const { give, buried } = scene({ refused: { code: 'BAD_REQUEST', message: 'not JSON' } });
    expect(await give()).toBe('dropped');
    expect(await give({ address: 'edict.v1.intake.=zz.decide' })).toBe('dropped');
    expect(buried.map(({ ws, reason }) => [ws, reason.slice(0, 11)])).toEqual([
      ['w', 'BAD_REQUEST'],
      ['unknown', 'the address'],
    ]);
  });

  it('becomes a dead letter when it was tried as often as it may be', async () => {
    const { give, buried } = scene({ reply: refusal('REVISION_NOT_REACHED'), attempts: 3 });
    expect(await give({ deliveries: 2 })).toBe('later 1000');
    expect(await give({ deliveries: 3 })).toBe('dropped');
    expect(buried[0]?.reason).toBe('not answered in 3 attempts: REVISION_NOT_REACHED: so it is');
  });

  it('stays when its dead letter could not be stored', async () => {
    const bury = async () => Promise.reject(new Error('no room'));
    expect(await scene({ reply: refusal('BAD_REQUEST'), bury }).give()).toBe('later 500');
  });

  it('has the id of its sender, else one that is the same each time it comes', async () => {
    const { give, judged } = scene();
    await give({ id: 'r-1' });
    await give({ header: (name) => (name === 'Nats-Msg-Id' ? 'h-1' : undefined) });
    await give();
    await give({ deliveries: 2 });
    expect(judged).toEqual(['r-1', 'h-1', 'EDICT_INTAKE-17', 'EDICT_INTAKE-17']);
  });

  it('never waits longer than a minute', () => {
    expect(triedAgainAfter(1_000_000)).toBe(60_000);
  });
});

describe('a message that comes again when the owner may have forgotten it', () => {
  const again = { id: 'r-1', deliveries: 2, storedAt: NOW - HOUR };

  it('is done without being judged when the journal has its record', async () => {
    const openJournal = await journalOf(
      { at: NOW - 2 * HOUR, command: 'r-0' },
      { at: NOW - HOUR + 1, command: 'r-1' },
      { at: NOW - 5, command: 'r-2' },
    );
    const { give, judged } = scene({ openJournal });
    expect(await give(again)).toBe('done');
    expect(judged).toEqual([]);
  });

  it('is judged when the journal has none since it was left', async () => {
    const openJournal = await journalOf(
      { at: NOW - 2 * HOUR, command: 'r-1' },
      { at: NOW - 5, command: 'r-2' },
    );
    const { give, judged } = scene({ openJournal });
    expect(await give(again)).toBe('done');
    expect(judged).toEqual(['r-1']);
  });

  it('is looked for as well when the broker may have forgotten that it came before', async () => {
    const openJournal = await journalOf({ at: NOW - HOUR + 1, command: 'r-1' });
    const { give, judged } = scene({ openJournal });
    expect(await give({ ...again, deliveries: 1, turn: 0 })).toBe('done');
    expect(judged).toEqual([]);
  });

  it('is judged at once when it comes for the first time, or when the owner still knows it', async () => {
    const openJournal = (): never => {
      throw new Error('nobody needs to look');
    };
    const { give, judged } = scene({ openJournal });
    await give({ ...again, deliveries: 1 });
    await give({ ...again, storedAt: NOW - 60_000 });
    expect(judged).toEqual(['r-1', 'r-1']);
  });

  it('becomes a dead letter when the journal of that time is gone: charged twice is worse', async () => {
    const open = await journalOf(
      { at: NOW - 2 * HOUR, command: 'r-1' },
      { at: NOW - HOUR / 2, command: 'r-1' },
      { at: NOW, command: 'r-2' },
    );
    const purged: OpenJournal = async (name) => {
      const journal = await open(name);
      return { ...journal, get: async (revision) => (revision < 3 ? undefined : journal.get(revision)) };
    };
    const { give, judged, buried } = scene({ openJournal: purged });
    expect(await give(again)).toBe('dropped');
    expect(judged).toEqual([]);
    expect(buried[0]?.reason).toContain('cannot be told any more');
  });

  it('comes again when the journal cannot be read now', async () => {
    const openJournal = async () => Promise.reject(new Error('the store is away'));
    expect(await scene({ openJournal }).give(again)).toBe('later 1000');
  });

  it('is looked for once for many messages, and again only in what came since', async () => {
    const open = await journalOf({ at: NOW - 5, command: 'r-2' });
    let reads: number[] = [];
    const openJournal: OpenJournal = async (name) => {
      const journal = await open(name);
      return {
        ...journal,
        read: (after) => {
          reads.push(after);
          return journal.read(after);
        },
      };
    };
    const { give } = scene({ openJournal, reply: refusal('POLICY_STALE') });
    const all = [1, 2, 3, 4].map((sequence) => ({ ...again, id: `x-${sequence}`, sequence }));
    await Promise.all(all.map(give));
    expect(reads.length).toBeLessThan(4);
    reads = [];
    await give({ ...again, id: 'x-1', sequence: 1, deliveries: 3 });
    expect(reads).toEqual([1]);
  });
});
