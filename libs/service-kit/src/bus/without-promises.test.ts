import { NOTHING_RECORDED, type Rejection } from '@edict/contracts';
import { errorText } from '@edict/engine';
import { expect, it } from 'vitest';
import { withoutPromises } from './without-promises.ts';

/** What a caller reads when a request of which another member may have a copy is answered so. */
const answered = (text: string, rejection?: Rejection): string | undefined => {
  let read: string | undefined;
  const respond = withoutPromises(
    (said) => {
      read = said;
    },
    { errorText, route: () => ({ ok: false, rejection: { code: 'BAD_REQUEST', message: '' } }) },
  );
  respond(text, rejection);
  return read;
};

const refused = (code: Rejection['code']) => {
  const rejection = { code, message: 'so it is' };
  return answered(errorText(rejection), rejection);
};

it('whoever may not be the only one to have a request never says that nothing was recorded', () => {
  for (const code of NOTHING_RECORDED) {
    expect(refused(code as Rejection['code'])).toContain('"code":"UNAVAILABLE"');
  }
});

it('says everything else as it is', () => {
  expect(refused('REQUEST_ID_REUSED')).toContain('"code":"REQUEST_ID_REUSED"');
  expect(answered('{"decision":true}')).toBe('{"decision":true}');
});
