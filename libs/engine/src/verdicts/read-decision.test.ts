import { describe, expect, it } from 'vitest';
import { readDecision } from './read-decision.ts';

const REQUEST = {
  subject: { type: 'agent', id: 'analyst' },
  action: { name: 'tool.invoke' },
  resource: { type: 'tool', id: 'mail.send' },
};
const read = (body: object, messageId?: string) =>
  readDecision(Buffer.from(JSON.stringify(body)), {
    ws: 'w',
    freshId: () => 'fresh',
    ...(messageId !== undefined && { messageId }),
  });

describe('the id of a request', () => {
  it.each([
    ['its own', { ...REQUEST, request_id: 'r-1' }, 'm-1', 'r-1'],
    ['else that of the header', REQUEST, 'm-1', 'm-1'],
    ['else a fresh one', REQUEST, undefined, 'fresh'],
  ])('is %s', (_title, body, header, request_id) => {
    expect(read(body, header)).toMatchObject({ ok: true, value: { request: { request_id } } });
  });

  it.each([
    ['is empty', '', 'the header Nats-Msg-Id is empty: must be'],
    ['is too long', 'x'.repeat(257), 'the header Nats-Msg-Id is xxx'],
    ['was no UTF-8, so that it might be two', 'r-\ufffd', 'the header Nats-Msg-Id is not UTF-8'],
  ])('is refused where the header %s', (_title, header, message) => {
    expect(read(REQUEST, header)).toMatchObject({
      ok: false,
      rejection: { code: 'BAD_REQUEST', path: '/request_id', message: expect.stringContaining(message) },
    });
  });
});

describe('a wrong field', () => {
  it('is called a text where it could be taken for a number', () => {
    expect(read({ ...REQUEST, context: { cost: '5' } })).toMatchObject({
      rejection: {
        path: '/context/cost',
        message: expect.stringContaining('context.cost is the text "5": must be a number'),
      },
    });
  });

  it.each(['cost', 'x'])('is shown as it was written where it is out of range: %s', (field) => {
    const text = JSON.stringify({ ...REQUEST, context: { [field]: 'here' } }).replace('"here"', '1e400');
    expect(readDecision(Buffer.from(text), { ws: 'w', freshId: () => 'fresh' })).toMatchObject({
      rejection: { path: `/context/${field}`, message: 'a number is out of range: 1e400' },
    });
  });
});
