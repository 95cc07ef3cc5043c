import type { JournalName } from '@edict/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Anchor, Anchors } from '../anchors.ts';

/** What the tests of a place for anchors need: any number of instances on the same place. */
export interface AnchorsFixture {
  /** Opens the place again, as another process would. */
  open(): Promise<Anchors>;
  close(): Promise<void>;
}

const anchor = (journal: JournalName, revision: number): Anchor => ({
  journal,
  revision,
  hash: `sha256:${String(revision).padStart(64, '0')}`,
});

/** The one conformance suite: every place for anchors passes it. */
export const describeAnchors = (title: string, make: () => Promise<AnchorsFixture>): void => {
  describe(`${title} keeps the contract of anchors`, () => {
    let fixture: AnchorsFixture;
    let anchors: Anchors;
    beforeAll(async () => {
      fixture = await make();
      anchors = await fixture.open();
    });
    afterAll(() => fixture.close());

    it('knows no anchor of a journal that was never anchored', async () => {
      expect(await anchors.read('sessions.9')).toBeUndefined();
    });

    it('keeps the newest anchor of each journal, whatever the name of its workspace', async () => {
      for (const revision of [1, 2, 5]) await anchors.write(anchor('policies.w.1 *>é', revision));
      await anchors.write(anchor('verdicts.0', 3));
      expect(await anchors.read('policies.w.1 *>é')).toEqual(anchor('policies.w.1 *>é', 5));
      const all = [...(await anchors.all())].sort((a, b) => a.revision - b.revision);
      expect(all).toEqual([anchor('verdicts.0', 3), anchor('policies.w.1 *>é', 5)]);
    });

    it('is the same for whoever opens it later', async () => {
      await anchors.write(anchor('verdicts.1', 7));
      expect(await (await fixture.open()).read('verdicts.1')).toEqual(anchor('verdicts.1', 7));
    });

    it('never goes back, not even for an owner that does not know of a newer one', async () => {
      await anchors.write(anchor('verdicts.2', 9));
      await (await fixture.open()).write(anchor('verdicts.2', 4));
      expect(await (await fixture.open()).read('verdicts.2')).toEqual(anchor('verdicts.2', 9));
    });

    it('takes anchors of many journals at once', async () => {
      const many = Array.from({ length: 40 }, (_, i) => anchor(`sessions.${100 + i}`, i + 1));
      await Promise.all(many.map((one) => anchors.write(one)));
      const again = await fixture.open();
      expect(await Promise.all(many.map(({ journal }) => again.read(journal)))).toEqual(many);
    });
  });
};
