import { appendAll, type Dialect, type PatternIndex } from './dialect.ts';
import { parseIpv4, parseIpv6 } from './ip-address.ts';
import { Lists } from './lists.ts';

const ASCII = /^[\u0021-\u007e]+$/;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
/** Resolvers read a host whose last label is such a number as an IPv4 address, in spellings of their own. */
const NUMBER = /^(?:\d+|0x[0-9a-f]*)$/;

/**
 * A domain name or IP address in its one spelling: lower case, no trailing dot, addresses canonical.
 * A port, a scheme, a path or a character outside ASCII makes it no domain.
 */
const normaliseDomain = (value: string): string | undefined => {
  // Tested before the case is folded: some letters outside ASCII fold into it.
  if (!ASCII.test(value)) return undefined;
  const lower = value.toLowerCase();
  const address = lower.startsWith('[') && lower.endsWith(']') ? lower.slice(1, -1) : lower;
  if (address.includes(':')) return parseIpv6(address);
  const domain = lower.endsWith('.') ? lower.slice(0, -1) : lower;
  if (domain.length > 253) return undefined;
  const labels = domain.split('.');
  if (NUMBER.test(labels.at(-1) ?? '')) return parseIpv4(domain);
  return labels.every((label) => LABEL.test(label)) ? domain : undefined;
};

const isAddress = (domain: string): boolean => domain.includes(':') || parseIpv4(domain) !== undefined;

const flaw = (pattern: string): string | undefined => {
  if (pattern === '*') return undefined;
  if (!ASCII.test(pattern)) {
    return 'is not ASCII; write an international domain in its ASCII form (xn--…)';
  }
  const name = pattern.startsWith('*.') ? pattern.slice(2) : pattern;
  if (name.includes('*')) return 'has a star in a place where none is allowed; use * or *.name';
  const domain = normaliseDomain(name);
  if (domain === undefined) {
    return 'is not a domain; leave out scheme, port and path, or use an IP address in its usual spelling';
  }
  return name !== pattern && isAddress(domain)
    ? 'puts a star before an IP address; addresses match only exactly'
    : undefined;
};

const createDomainIndex = <T>(): PatternIndex<T> => {
  const exact = new Lists<T>();
  const below = new Lists<T>();
  const any: T[] = [];
  return {
    add(pattern, item) {
      if (pattern === '*') any.push(item);
      else if (pattern.startsWith('*.')) below.add(normaliseDomain(pattern.slice(2)) ?? pattern, item);
      else exact.add(normaliseDomain(pattern) ?? pattern, item);
    },
    collect(value, into) {
      appendAll(any, into);
      exact.collect(value, into);
      if (below.size === 0) return;
      for (let dot = -1; ; ) {
        below.collect(value.slice(dot + 1), into);
        dot = value.indexOf('.', dot + 1);
        if (dot === -1) return;
      }
    },
  };
};

/** Domains: `*` is any, `*.x` is x and everything below it, IP addresses match only exactly (contract §4). */
export const domainDialect: Dialect = {
  flaw,
  normalise: normaliseDomain,
  malformedCode: 'network.not_a_domain',
  createIndex: createDomainIndex,
};
