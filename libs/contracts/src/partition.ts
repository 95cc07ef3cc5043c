/** A principal: whom a request is about. The same triple everywhere: hash, id memory, limit keys, rosters. */
export interface Principal {
  readonly ws: string;
  readonly type: string;
  readonly id: string;
}

/** One text per principal, injectively (no part can contain the separator: ids refuse U+0000). */
export const principalKey = ({ ws, type, id }: Principal): string => `${ws}\u0000${type}\u0000${id}`;

/** FNV-1a over UTF-16 units: stable for ever, because it decides which journal a principal's history is in. */
export const stableHash = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  return hash >>> 0;
};

/** The partition, 0 ≤ p < partitions, that holds a principal's verdicts or a session. */
export const partitionOf = (key: string, partitions: number): number => stableHash(key) % partitions;

export const sessionPartitionKey = (ws: string, sessionId: string): string => `${ws}\u0000${sessionId}`;
