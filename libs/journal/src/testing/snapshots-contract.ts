import type { JournalName } from '@edict/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Snapshots } from '../checkpoints/snapshots.ts';

/** What the tests of a place for snapshots need: any number of instances on the same place. */
export interface SnapshotsFixture {
  open(): Promise<Snapshots>;
  close(): Promise<void>;
}

/** The one conformance suite: every place for snapshots passes it. */
export const describeSnapshots = (title: string, make: () => Promise<SnapshotsFixture>): void => {
  describe(`${title} keeps the contract of snapshots`, () => {
    let fixture: SnapshotsFixture;
    let snapshots: Snapshots;
    beforeAll(async () => {
      fixture = await make();
      snapshots = await fixture.open();
    });
    afterAll(() => fixture.close());

    const frame = (text: string): Uint8Array => Buffer.from(`\u0001${text}`);
    const write = async (journal: JournalName, id: string, texts: readonly string[], checkpoint?: number) => {
      for (const text of texts) await snapshots.append(journal, id, frame(text));
      if (checkpoint !== undefined) await snapshots.seal(journal, { id, checkpoint });
    };
    const read = async (journal: JournalName, id: string): Promise<string[]> => {
      const frames: string[] = [];
      for await (const each of (await fixture.open()).read(journal, id)) {
        frames.push(Buffer.from(each).toString().slice(1));
      }
      return frames;
    };
    const sealed = async (journal: JournalName) => (await fixture.open()).sealed(journal);

    it('has nothing of a journal that was never kept', async () => {
      expect([await sealed('verdicts.0'), await read('verdicts.0', 'none')]).toEqual([[], []]);
    });

    it('gives frames back exactly and in order, however many and large', async () => {
      const texts = Array.from({ length: 40 }, (_, i) => String(i).repeat(20_000));
      await write('verdicts.1', 'a', texts, 7);
      expect(await read('verdicts.1', 'a')).toEqual(texts);
    });

    it('names the sealed ones, the newest checkpoint first, and no others', async () => {
      await write('verdicts.2', 'old', ['1'], 9);
      await write('verdicts.2', 'new', ['2'], 30);
      await write('verdicts.2', 'unsealed', ['3']);
      await write('verdicts.20', 'other', ['4'], 40);
      expect(await sealed('verdicts.2')).toEqual([
        { id: 'new', checkpoint: 30 },
        { id: 'old', checkpoint: 9 },
      ]);
    });

    it('keeps only those that it is told to', async () => {
      for (const [id, checkpoint] of [
        ['a', 1],
        ['b', 2],
        ['c', 3],
      ] as const)
        await write('sessions.3', id, ['x', 'y'], checkpoint);
      await write('sessions.3', 'unsealed', ['x']);
      await snapshots.keepOnly('sessions.3', ['c', 'b']);
      expect((await sealed('sessions.3')).map(({ id }) => id)).toEqual(['c', 'b']);
      expect([await read('sessions.3', 'a'), await read('sessions.3', 'b')]).toEqual([[], ['x', 'y']]);
    });
  });
};
