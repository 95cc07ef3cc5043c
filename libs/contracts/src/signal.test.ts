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
  ])('macp 3.3 with %s is refused', (_title, value, code, path) => {
    expect(refusal(value)).toEqual([code, path]);
  });
});
