import type { JournalName } from '@edict/contracts';
import { expect, it } from 'vitest';
import { missingEnds } from './missing-ends.ts';

const anchor = (journal: JournalName, revision: number) => ({
  journal,
  revision,
  hash: 'sha256:x',
  at: 0,
  place: 'anchors.json',
});
const replayed = [{ journal: 'verdicts.0', revision: 3 }] as const;

it('finds nothing to say about a journal that reaches its anchor', () =>
  expect(missingEnds(['verdicts'], replayed, [anchor('verdicts.0', 3)])).toEqual([]));

it('names the first commit that is missing, of a journal that is gone altogether too', () =>
  expect(
    missingEnds(['verdicts'], replayed, [anchor('verdicts.0', 5), anchor('verdicts.1', 2)]),
  ).toMatchObject([
    { journal: 'verdicts.0', revision: 4, why: expect.stringContaining('it ends at 3') },
    { journal: 'verdicts.1', revision: 1, why: expect.stringContaining('nothing of it is there') },
  ]));

it('leaves alone what was not replayed', () =>
  expect(missingEnds(['verdicts'], replayed, [anchor('sessions.0', 5)])).toEqual([]));
