import type { SessionEvent } from '@edict/contracts';
import type { Progress, Session } from '../state/session.ts';

/** The event that ends a session whose time has passed. */
export const expired = ({ start }: Session, { deadline }: Progress): SessionEvent => ({
  type: 'session.expired',
  data: {
    session_id: start.session_id,
    deadline,
    ...(start.request === undefined ? {} : { request: start.request }),
  },
});
