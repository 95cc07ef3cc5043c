import type { Commit, Entry } from '@edict/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feedMessages, MESSAGE_BYTES } from './feed-messages.ts';

const entry = (ws: string, events: Entry['events'], command: unknown = {}): Entry => ({
  id: 'c-1',
  at: 1_763_715_600_000,
  ws,
  command,
  events,
});
const commit = (...entries: Entry[]): Commit => ({
  v: 1,
  journal: 'sessions.3',
  revision: 7,
  previous: '',
  semantics: 1,
  entries,
});
const said = (session_id: string, text = '') => ({ type: 'signal.accepted', data: { session_id, text } });
const ids = (text: string): string[] => (JSON.parse(text) as { id: string }[]).map(({ id }) => id);

describe('the messages of a commit', () => {
  it('are one per workspace and type, with the events in order and their places as ids', () => {
    const started = { type: 'session.started', data: { session_id: 'b' } };
    const messages = feedMessages(
      commit(entry('w', [said('a'), started]), entry('v', [said('c')]), entry('w', [said('d')])),
    );
    expect(messages.map(({ address, id, text }) => [address, id, ids(text)])).toEqual([
      ['edict.v1.events.w.signal.accepted', 'sessions.3/7/0', ['sessions.3/7/0', 'sessions.3/7/3']],
      ['edict.v1.events.w.session.started', 'sessions.3/7/1', ['sessions.3/7/1']],
      ['edict.v1.events.v.signal.accepted', 'sessions.3/7/2', ['sessions.3/7/2']],
    ]);
  });

  it('are split below 900 KiB, measured in bytes, and each part has an id of its own', () => {
    // Two bytes per character: a measure in characters would put twice as much into a message.
    const events = Array.from({ length: 10 }, (_, n) => said(`s-${n}`, 'ü'.repeat(60 * 1024)));
    const messages = feedMessages(commit(entry('w', events)));
    expect(messages.map(({ text }) => ids(text).length)).toEqual([7, 3]);
    for (const { text } of messages) expect(Buffer.byteLength(text)).toBeLessThan(MESSAGE_BYTES);
    expect(messages.map(({ id }) => id)).toEqual(['sessions.3/7/0', 'sessions.3/7/7']);
    expect(messages.flatMap(({ text }) => ids(text))).toHaveLength(10);
  });

  it('leave an event alone in its message that is larger than that by itself', () => {
    const messages = feedMessages(
      commit(entry('w', [said('a'), said('b', 'x'.repeat(MESSAGE_BYTES)), said('c')])),
    );
    expect(messages.map(({ text }) => ids(text))).toEqual([
      ['sessions.3/7/0'],
      ['sessions.3/7/1'],
      ['sessions.3/7/2'],
    ]);
  });

  it('are refused for an event that cannot be sent at all', () => {
    const oddly = { type: 'no address', data: {} };
    expect(() => feedMessages(commit(entry('w', [oddly])))).toThrow(
      /sessions\.3\/7\/0 has the type "no address"/,
    );
    expect(() => feedMessages(commit(entry('w', [said('a', 'x'.repeat(1024 * 1024))])))).toThrow(
      /at most 1044480/,
    );
  });

  it('hold each event of any commit exactly once, below any bound, in order within an address', () => {
    const event = fc.record({
      type: fc.constantFrom('session.started', 'signal.accepted'),
      data: fc.record({ session_id: fc.string({ maxLength: 40 }) }),
    });
    const entries = fc.array(fc.tuple(fc.constantFrom('w', 'v'), fc.array(event, { maxLength: 6 })), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(entries, fc.integer({ min: 600, max: 3_000 }), (commands, most) => {
        const given = commit(...commands.map(([ws, events]) => entry(ws, events)));
        const messages = feedMessages(given, most);
        const indexes = (texts: string[]) => texts.flatMap(ids).map((id) => Number(id.split('/')[2]));
        const all = indexes(messages.map(({ text }) => text));
        expect([...all].sort((a, b) => a - b)).toEqual(
          commands.flatMap(([, events]) => events).map((_, n) => n),
        );
        for (const sent of Map.groupBy(messages, ({ address }) => address).values()) {
          const order = indexes(sent.map(({ text }) => text));
          expect(order).toEqual([...order].sort((a, b) => a - b));
        }
        for (const { text } of messages)
          expect(Buffer.byteLength(text) < most || ids(text).length === 1).toBe(true);
      }),
    );
  });

  it('name what they are about: the principal, the policy or the session', () => {
    const subject = { type: 'agent', id: 'payer' };
    const about = (event: Entry['events'][number]): unknown =>
      JSON.parse(feedMessages(commit(entry('w', [event])))[0]?.text ?? '')[0].subject;
    expect(about({ type: 'escalation.approved', data: { subject, session_id: 's' } })).toBe('agent:payer');
    expect(about({ type: 'session.started', data: { session_id: 's-2', policy_id: 'p.two' } })).toBe('s-2');
    expect(about({ type: 'policy.saved', data: { policy_id: 'p.one' } })).toBe('p.one');
    expect(about(said('s-1'))).toBe('s-1');
    expect(about({ type: 'workspace.changed', data: { ungoverned: 'deny' } })).toBeUndefined();
  });

  it('name a source that is a URI reference, whatever the workspace is called', () => {
    const odd: Commit = { ...commit(entry('a b/ü', [said('s')])), journal: 'policies.a b/ü' };
    const [event] = JSON.parse(feedMessages(odd)[0]?.text ?? '');
    expect(event).toMatchObject({ id: 'policies.a b/ü/7/0', source: 'edict/policies.a=20b=2F=C3=BC' });
  });
});
