import { describe, expect, it } from 'vitest';
import { BOUNDS } from './bounds.ts';
import { checkSignal, parseSignal } from './signal.ts';

const bytes = (value: unknown): Uint8Array =>
  Uint8Array.from(encodeURIComponent(JSON.stringify(value)).match(/%..|./g) ?? [], (char) =>
    char.length === 3 ? Number.parseInt(char.slice(1), 16) : char.charCodeAt(0),
  );
const refusal = (value: unknown) => {
  const parsed = checkSignal(value);
  return parsed.ok ? undefined : [parsed.rejection.code, parsed.rejection.path];
};

describe('a signal', () => {
  it('is read from its bytes, with the defaults of protobuf for what is absent', () => {
    expect(parseSignal(bytes({ macp_version: '1.0', message_type: 'Vote', sender: 'jürgen' }))).toEqual({
      ok: true,
      value: {
        macp_version: '1.0',
        mode: '',
        message_type: 'Vote',
        message_id: '',
        session_id: '',
        sender: 'jürgen',
        timestamp_unix_ms: 0,
        payload: {},
      },
    });
  });

  it('macp 3.3 above the bound is PAYLOAD_TOO_LARGE', () => {
    const parsed = parseSignal(new Uint8Array(BOUNDS.signalBytes + 1));
    expect(parsed.ok ? undefined : parsed.rejection.code).toBe('PAYLOAD_TOO_LARGE');
  });

  it('that is not JSON is INVALID_ENVELOPE', () => {
    const parsed = parseSignal(Uint8Array.of(123));
    expect(parsed.ok ? undefined : parsed.rejection.code).toBe('INVALID_ENVELOPE');
  });

  it.each([
    [
      'another version, before the shape',
      { macp_version: '2.0', nonsense: 1 },
      'UNSUPPORTED_PROTOCOL_VERSION',
      '/macp_version',
    ],
    ['an unknown field', { macp_version: '1.0', nonsense: 1 }, 'INVALID_ENVELOPE', '/nonsense'],
    ['a sender that is no text', { macp_version: '1.0', sender: 5 }, 'INVALID_ENVELOPE', '/sender'],
    [
      'a time with a fraction',
      { macp_version: '1.0', timestamp_unix_ms: 0.5 },
      'INVALID_ENVELOPE',
      '/timestamp_unix_ms',
    ],
    ['a payload that is a list', { macp_version: '1.0', payload: [] }, 'INVALID_ENVELOPE', '/payload'],
    ['no object', 'hello', 'INVALID_ENVELOPE', ''],
    ['nothing', null, 'INVALID_ENVELOPE', ''],
    ['a list', [], 'INVALID_ENVELOPE', ''],
  ])('macp 3.3 with %s is refused', (_title, value, code, path) => {
    expect(refusal(value)).toEqual([code, path]);
  });

  it('says what it should have been', () => {
    const parsed = checkSignal([]);
    expect(parsed.ok ? '' : parsed.rejection.message).toBe(
      'the message is []: must be an envelope, an object',
    );
  });

  it.each([
    ['a session_id', 'session_id', 'INVALID_SESSION_ID'],
    ['a message_id', 'message_id', 'INVALID_ENVELOPE'],
    ['a sender', 'sender', 'INVALID_ENVELOPE'],
  ])(
    'with %s of more than 256 bytes is refused, and the refusal does not repeat it',
    (_title, field, code) => {
      const at = (id: string) => checkSignal({ macp_version: '1.0', [field]: id });
      expect(at('é'.repeat(128)).ok).toBe(true);
      for (const id of ['é'.repeat(129), 's'.repeat(1_000_000), 'a\u0000b']) {
        const parsed = at(id);
        expect(parsed).toMatchObject({ ok: false, rejection: { code, path: `/${field}` } });
        expect(JSON.stringify(parsed).length).toBeLessThan(400);
      }
    },
  );

  it.each(['nonsense', 'sender'])('never repeats a long key or value whole, at %s', (field) => {
    const long = 'x'.repeat(600_000);
    for (const value of [{ [long]: 1 }, { [field]: [long] }, { payload: [{ [long]: long }] }]) {
      expect(JSON.stringify(checkSignal({ macp_version: '1.0', ...value })).length).toBeLessThan(600);
    }
  });
});
