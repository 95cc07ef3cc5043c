import { describe, expect, it } from 'vitest';
import { readPolicyMessage } from './read-policy-message.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('reading a policy message', () => {
  it('takes JSON with what the transport says about it', () => {
    const facts = { ws: 'w', as: 'ada', messageId: 'm-1', deadline: 5 };
    expect(readPolicyMessage(bytes('{"op":"list"}'), facts)).toEqual({
      ok: true,
      value: { ws: 'w', as: 'ada', request_id: 'm-1', deadline: 5, body: { op: 'list' } },
    });
  });

  it.each([
    ['what is not JSON', bytes('{"op"'), ''],
    ['what is not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), ''],
    ['a key that names a prototype', bytes('{"document":{"__proto__":{}}}'), '/document/__proto__'],
    ['more bytes than a document may have', bytes(`"${'x'.repeat(800 * 1024)}"`), ''],
  ])('refuses %s', (_name, data, path) => {
    expect(readPolicyMessage(data, { ws: 'w' })).toMatchObject({
      ok: false,
      rejection: { code: 'BAD_REQUEST', path },
    });
  });

  it.each([
    ['that is empty', '', 'the header Nats-Msg-Id is empty: must be a string'],
    [
      'that is too long',
      'x'.repeat(257),
      /^the header Nats-Msg-Id is x+…: must be a string of 1 to 256 bytes/,
    ],
    ['whose bytes were no UTF-8', 'r-\ufffd', 'the header Nats-Msg-Id is not UTF-8'],
  ])('refuses a message id %s', (_name, messageId, message) => {
    expect(readPolicyMessage(bytes('{}'), { ws: 'w', messageId })).toMatchObject({
      ok: false,
      rejection: { code: 'BAD_REQUEST', path: '/request_id', message: expect.stringMatching(message) },
    });
  });
});
