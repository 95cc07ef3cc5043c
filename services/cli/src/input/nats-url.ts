import { hostAndPort } from '../connection/probe.ts';
import { withoutUser } from '../connection/without-user.ts';
import { badInput } from '../stop.ts';

/** One or more addresses of NATS, parted by commas, as they stand. Throws `badInput` that names the field. */
export const checkedNatsUrl = (field: string, word: string): string => {
  if (!word.split(',').every((each) => isNatsUrl(each.trim()))) {
    const found = word === '' ? 'empty' : withoutUser(word);
    throw badInput(`${field} is ${found}; write nats://host:4222, or tls:// for a server with TLS`);
  }
  return word;
};

const isNatsUrl = (url: string): boolean => {
  const bare = withoutUser(url);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(bare)?.[1];
  if (scheme !== undefined && scheme !== 'nats' && scheme !== 'tls') return false;
  const rest = scheme === undefined ? bare : bare.slice(scheme.length + '://'.length);
  return /^[^/?#\s]+\/?$/.test(rest) && hostAndPort(bare) !== undefined;
};
