import { describe, expect, it } from 'vitest';
import { CloudEventBatch } from './cloud-event.ts';

const EVENT = {
  specversion: '1.0',
  id: 'verdicts.3/1207/4',
  source: 'edict/verdicts.3',
  type: 'verdict.issued',
  time: '2026-11-21T09:00:00.000Z',
  subject: 'agent:analyst',
  datacontenttype: 'application/json',
  workspace: 'default',
  data: { request_id: 'r-7' },
};
const fits = (batch: unknown): boolean => CloudEventBatch.safeParse(batch).success;

describe('a message of the feed', () => {
  it('is always a list of events', () => {
    expect(fits([EVENT, { ...EVENT, id: 'verdicts.3/1207/5' }])).toBe(true);
    expect(fits(EVENT)).toBe(false);
  });

  it('may bring types and attributes that a reader does not know', () => {
    expect(fits([{ ...EVENT, type: 'verdict.praised', traceparent: '00-1' }])).toBe(true);
  });

  it('may be about nobody', () => {
    const { subject, ...impersonal } = EVENT;
    expect(subject).toBeDefined();
    expect(fits([impersonal])).toBe(true);
  });

  it.each(['specversion', 'id', 'source', 'type', 'time', 'datacontenttype', 'workspace'])(
    'never has an event without %s',
    (attribute) => {
      expect(fits([{ ...EVENT, [attribute]: undefined }])).toBe(false);
      expect(fits([{ ...EVENT, [attribute]: '' }])).toBe(false);
    },
  );
});
