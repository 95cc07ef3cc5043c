import type { JournalName } from '@edict/contracts';
import { sha256Text } from '@edict/journal';
import { describe, expect, it } from 'vitest';
import { createChainWalk } from './verify-chain.ts';

interface StoredMessage {
  readonly journal: JournalName;
  readonly bytes: Uint8Array;
}

/** A sound journal of `n` commits. */
const chain = (journal: JournalName, n: number): StoredMessage[] => {
  const messages: StoredMessage[] = [];
  let previous = '';
  for (let revision = 1; revision <= n; revision++) {
    const text = JSON.stringify({ v: 1, journal, revision, previous, semantics: 1, entries: [] });
    const bytes = new TextEncoder().encode(text);
    previous = sha256Text(bytes);
    messages.push({ journal, bytes });
  }
  return messages;
};

const walk = (messages: readonly StoredMessage[]) => {
  const chains = createChainWalk();
  for (const message of messages) chains.add(message);
  return chains.reports();
};

const flipBit = (bytes: Uint8Array, at: number): Uint8Array => {
  const changed = Uint8Array.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
};

describe('createChainWalk', () => {
  it('finds journals whole, each on its own, however they are mixed', () => {
    const [a, b] = [chain('verdicts.10', 2), chain('verdicts.9', 1)];
    const reports = walk([a[0], b[0], a[1]].filter((message) => message !== undefined));
    expect(reports.map(({ journal, commits, broken }) => [journal, commits, broken])).toEqual([
      ['verdicts.9', 1, null],
      ['verdicts.10', 2, null],
    ]);
    expect(reports[1]?.hash).toBe(sha256Text(a[1]?.bytes ?? ''));
  });

  it('N5 names the first commit that does not fit, for every byte that may be flipped', () => {
    const sound = chain('sessions.0', 3);
    const length = sound[1]?.bytes.length ?? 0;
    for (let at = 0; at < length; at++) {
      const messages = sound.map((message, i) =>
        i === 1 ? { ...message, bytes: flipBit(message.bytes, at) } : message,
      );
      const [report] = walk(messages);
      expect(report?.broken?.journal, `byte ${at}`).toBe('sessions.0');
      expect([2, 3], `byte ${at}`).toContain(report?.broken?.revision);
    }
  });

  it('misses an end that the broker counts, also of a journal of which nothing can be read', () => {
    const walk = createChainWalk({
      counts: new Map([['sessions.0', 3] as const, ['sessions.1', 1] as const]),
    });
    for (const message of chain('sessions.0', 2)) walk.add(message);
    expect(walk.reports().map(({ journal, broken }) => [journal, broken?.revision])).toEqual([
      ['sessions.0', 3],
      ['sessions.1', 1],
    ]);
  });

  it.each([
    ['is missing', (sound: StoredMessage[]) => sound.toSpliced(1, 1), 2],
    ['is there twice', (sound: StoredMessage[]) => sound.flatMap((message) => [message, message]), 2],
    [
      'is of another journal',
      (sound: StoredMessage[]) => sound.map((m) => ({ ...m, journal: 'verdicts.1' as const })),
      1,
    ],
    ['comes too early', (sound: StoredMessage[]) => sound.toReversed(), 1],
  ])('notices a commit that %s', (_case, change, revision) => {
    expect(walk(change(chain('sessions.0', 3)))[0]?.broken?.revision).toBe(revision);
  });

  describe('of a journal whose beginning was purged', () => {
    /** A sound journal in which some commits are checkpoints of what was up to a revision. */
    const withCheckpoints = (n: number, checkpoints: ReadonlyMap<number, number>, forged = '') => {
      const hashes: string[] = [];
      return Array.from({ length: n }, (_, i) => {
        const [revision, of] = [i + 1, checkpoints.get(i + 1)];
        const command = of && { kind: 'checkpoint', revision: of, head: forged || hashes[of - 1] };
        const entries = of === undefined ? [] : [{ id: 'c', at: 1, ws: '', command, events: [] }];
        const frame = { v: 1, journal: 'verdicts.0', revision, previous: hashes.at(-1) ?? '', semantics: 1 };
        const bytes = new TextEncoder().encode(JSON.stringify({ ...frame, entries }));
        hashes.push(sha256Text(bytes));
        return { journal: 'verdicts.0' as const, bytes };
      });
    };

    it.each([2, 3, 4])('begins there when a checkpoint above vouches for it: at revision %s', (from) => {
      const kept = withCheckpoints(6, new Map([[5, 3]])).slice(from - 1);
      expect(walk(kept)).toMatchObject([{ from, commits: 6 - from + 1, broken: null }]);
    });

    it.each([
      ['none does', withCheckpoints(6, new Map()), 3],
      ['the one above is of what was before', withCheckpoints(6, new Map([[5, 1]])), 3],
      ['the one above names another head', withCheckpoints(6, new Map([[5, 3]]), 'sha256:other'), 3],
    ])('misses its first commit when %s', (_case, messages, from) => {
      const [report] = walk(messages.slice(from - 1));
      expect(report?.broken).toMatchObject({ revision: 1, why: expect.stringContaining('no checkpoint') });
    });

    it('misses a commit in the middle of what is kept', () => {
      const [report] = walk(
        withCheckpoints(6, new Map([[4, 3]]))
          .toSpliced(4, 1)
          .slice(2),
      );
      expect(report).toMatchObject({ from: 3, broken: { revision: 5 } });
    });

    it('counts with the broker from there on', () => {
      const chains = createChainWalk({ counts: new Map([['verdicts.0', 5] as const]) });
      for (const message of withCheckpoints(6, new Map([[5, 3]])).slice(2)) chains.add(message);
      expect(chains.reports()).toMatchObject([{ broken: { revision: 7 } }]);
    });

    it('never is a policy journal', () => {
      const [report] = walk(chain('policies.w', 3).slice(1));
      expect(report?.broken).toMatchObject({ journal: 'policies.w', revision: 1 });
    });
  });

  describe('with anchors', () => {
    const place = 'stream EDICT_ANCHORS';
    const hashAt = (messages: readonly StoredMessage[], revision: number): string =>
      sha256Text(messages[revision - 1]?.bytes ?? '');
    const held = (messages: readonly StoredMessage[], anchors: Parameters<typeof createChainWalk>[0]) => {
      const chains = createChainWalk(anchors);
      for (const message of messages) chains.add(message);
      return chains.reports();
    };

    it('finds a journal whole whose anchor it passes', () => {
      const sound = chain('verdicts.0', 4);
      const anchor = { journal: 'verdicts.0' as const, revision: 3, hash: hashAt(sound, 3), place };
      expect(held(sound, { anchors: [anchor] })).toMatchObject([{ commits: 4, broken: null }]);
    });

    it('names the first missing commit of a perfect chain that ends below its anchor', () => {
      const sound = chain('verdicts.0', 9);
      const anchor = { journal: 'verdicts.0' as const, revision: 8, hash: hashAt(sound, 8), place };
      const [report] = held(sound.slice(0, 5), { anchors: [anchor] });
      expect(report?.broken).toMatchObject({ revision: 6, code: 'JOURNAL_TRUNCATED' });
      expect(report?.broken?.why).toContain('verdicts.0/6 is the first commit that is missing');
    });

    it('notices a journal of which nothing is left but the anchor', () => {
      const anchor = { journal: 'policies.w' as const, revision: 2, hash: 'sha256:00', place };
      expect(held([], { anchors: [anchor] })).toMatchObject([
        { journal: 'policies.w', commits: 0, broken: { revision: 1, code: 'JOURNAL_TRUNCATED' } },
      ]);
    });

    it('notices an end that was written again after it was lost', () => {
      const sound = chain('verdicts.0', 4);
      const anchor = { journal: 'verdicts.0' as const, revision: 4, hash: 'sha256:00', place };
      const [report] = held(sound, { anchors: [anchor] });
      expect(report?.broken).toMatchObject({ revision: 4, code: 'JOURNAL_TRUNCATED' });
    });
  });
});
