const OCTET = /^(?:0|[1-9]\d{0,2})$/;
const GROUP = /^[0-9a-f]{1,4}$/;

/** An IPv4 address in its only canonical spelling, or `undefined`. */
export const parseIpv4 = (text: string): string | undefined => {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => OCTET.test(part) && Number(part) <= 255)
    ? text
    : undefined;
};

/**
 * An IPv6 address (lower case, without brackets) as eight groups without leading zeros, or `undefined`.
 * An address that maps IPv4 becomes that IPv4 address: both reach the same host, so both are looked up alike.
 */
export const parseIpv6 = (text: string): string | undefined => {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = toGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? toGroups(halves[1] ?? '', true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  return mappedIpv4(groups) ?? groups.map((group) => group.toString(16)).join(':');
};

/** The groups of one side of `::`; the last may be a dotted IPv4 address. */
const toGroups = (text: string, isLast: boolean): number[] | undefined => {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (GROUP.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const ipv4 = isLast && index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (ipv4 === undefined) return undefined;
    const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number);
    groups.push(a * 256 + b, c * 256 + d);
  }
  return groups;
};

const mappedIpv4 = (groups: readonly number[]): string | undefined => {
  if (groups[5] !== 0xffff || groups.slice(0, 5).some((group) => group !== 0)) return undefined;
  const [high = 0, low = 0] = groups.slice(6);
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
};
