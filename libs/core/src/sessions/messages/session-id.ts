import { excerpt } from '@edict/contracts';
import type { SessionRejection } from '../commands.ts';

/** How ids of escalations' sessions begin; nobody from outside may start a session under such an id. */
const ESCALATION_PREFIX = 'esc-';

const UUID_SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{12}$/i;
const TOKEN = /^[A-Za-z0-9_-]{22,256}$/;

/** Why an id cannot name a new session. What has the shape of a UUID is held to the rules of UUIDs (macp §3.1). */
export const sessionIdFlaw = (id: string): SessionRejection | undefined => {
  const fits = UUID_SHAPE.test(id) ? isCanonical(id) : TOKEN.test(id);
  if (fits && !id.startsWith(ESCALATION_PREFIX)) return undefined;
  const why = fits
    ? `ids that begin with ${ESCALATION_PREFIX} belong to escalations`
    : 'must be a lower-case UUID of version 4 or 7, or 22 to 256 characters of A-Z a-z 0-9 _ -';
  return { code: 'INVALID_SESSION_ID', path: '/session_id', message: `session_id is ${excerpt(id)}: ${why}` };
};

const isCanonical = (id: string): boolean => {
  const [, version = '', variant = ''] = UUID_SHAPE.exec(id) ?? [];
  return id === id.toLowerCase() && '47'.includes(version) && '89ab'.includes(variant);
};
