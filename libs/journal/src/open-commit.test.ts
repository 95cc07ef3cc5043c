import type { Entry } from '@edict/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commitBytes, EMPTY_HEAD, entryText, parseCommit } from './commit-text.ts';
import { openCommit } from './open-commit.ts';
import { pack } from './stored-form.ts';

const JOURNAL = 'verdicts.0';

/** Texts and keys that look like the frame of an entry, besides any others. */
const bait = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('events', 'id', ',"events":[', ']},{"id":"', '}]}', '"', '\\'),
);
/** No key in a journal needs an escape: see `withPlainKeys`. */
const key = bait.filter((text) => !/["\\\p{Cc}]/u.test(text));
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    bait,
    fc.integer(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3 }),
  ),
})).value;

const entries: fc.Arbitrary<Entry[]> = fc.array(
  fc.record({
    id: fc.stringMatching(/^[a-z0-9-]+$/),
    at: fc.nat(),
    ws: bait,
    command: json,
    facts: json,
    events: fc.array(fc.record({ type: fc.constant('thing.done'), data: json }), { maxLength: 3 }),
  }),
  { maxLength: 4 },
);

const stored = (list: readonly Entry[]): Uint8Array =>
  pack(
    commitBytes(
      JOURNAL,
      EMPTY_HEAD,
      1,
      list.map((entry) =>
        entryText({
          ...entry,
          command: JSON.stringify(entry.command),
          facts: JSON.stringify(entry.facts),
          events: JSON.stringify(entry.events).slice(1, -1),
        }),
      ),
    ).bytes,
  );

const bytesOf = (text: string): Uint8Array => Buffer.from(text);
const fieldsOf = ({ id, at, ws, command, facts, events }: Entry) => ({ id, at, ws, command, facts, events });

describe('an opened commit', () => {
  it('has the frame and the entries that parsing it whole gives', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const bytes = stored(list);
        const whole = parseCommit(JOURNAL, bytes);
        const opened = openCommit(JOURNAL, bytes);
        expect({ ...opened, entries: [...opened.entries].map(fieldsOf) }).toEqual(whole);
      }),
    );
  });

  it('tells the text of the events that it holds from any other', () => {
    fc.assert(
      fc.property(entries, fc.array(fc.nat(3)), (list, asked) => {
        let index = 0;
        for (const entry of openCommit(JOURNAL, stored(list)).entries) {
          const text = JSON.stringify(list[index]?.events);
          // Whether and when the events were parsed before changes nothing.
          if (asked[index] === 0) expect(entry.events).toEqual(list[index]?.events);
          for (const other of ['[]', `${text}]`, text.slice(0, -1), text.replace('done', 'undone')]) {
            expect(entry.holds(other)).toBe(other === text);
          }
          if (asked[index] !== 1) expect(entry.holds(text)).toBe(true);
          index += 1;
        }
        expect(index).toBe(list.length);
      }),
    );
  });

  it.each([
    ['with blanks', (text: string) => text.replaceAll('":', '": ')],
    ['with a field after the events', (text: string) => text.replaceAll(']}', '],"more":[1]}')],
    ['with events twice', (text: string) => text.replaceAll('"events":[', '"events":[3],"events":[')],
    [
      'with the events first',
      (text: string) => text.replaceAll(/(\{"id":"a"[^[]*),("events":\[\])/g, '{$2,"id":"a"'),
    ],
  ])('is read when it was written otherwise: %s', (_how, rewrite) => {
    const entry: Entry = { id: 'a', at: 1, ws: 'w', command: {}, facts: {}, events: [] };
    const bytes = bytesOf(rewrite(Buffer.from(stored([entry, entry])).toString()));
    const whole = parseCommit(JOURNAL, bytes);
    expect([...openCommit(JOURNAL, bytes).entries].map(fieldsOf)).toEqual(whole.entries.map(fieldsOf));
    const held = [...openCommit(JOURNAL, bytes).entries].map((stored) => [
      stored.holds(JSON.stringify(whole.entries[0]?.events)),
      stored.holds('[3]'),
    ]);
    expect(held).toEqual([
      [true, false],
      [true, false],
    ]);
  });

  it('throws JOURNAL_BROKEN wherever its text is cut off', () => {
    const entry: Entry = { id: 'a', at: 1, ws: 'w', command: { events: [] }, facts: {}, events: [] };
    const text = Buffer.from(stored([entry, entry])).toString();
    for (let length = 0; length < text.length; length++) {
      const read = () => [...openCommit(JOURNAL, bytesOf(text.slice(0, length))).entries].map(fieldsOf);
      expect(read).toThrow(/is not JSON/);
    }
  });

  it('throws JOURNAL_BROKEN when it is of another journal', () => {
    expect(() => openCommit('verdicts.1', stored([]))).toThrow(/not of that journal/);
  });
});
