import type { Member } from './member-table.ts';

/** What a member sends every half second, and once when it leaves. */
export interface Beat extends Member {
  /** Milliseconds since 1970, for people who look at the bus; nobody decides by it. */
  readonly at: number;
  readonly leaving?: true;
}

const MOST_SERVICES = 16;

/** Reads a heartbeat; `undefined` for anything else that is sent there. */
export const parseBeat = (text: string): Beat | undefined => {
  let value: Partial<Beat> | null;
  try {
    value = JSON.parse(text) as Partial<Beat> | null;
  } catch {
    return undefined;
  }
  const { incarnation, services, at, leaving } = value ?? {};
  if (typeof incarnation !== 'string' || !/^[A-Za-z0-9_-]{1,64}$/.test(incarnation)) return undefined;
  if (!Array.isArray(services) || services.length > MOST_SERVICES) return undefined;
  if (!services.every((service) => typeof service === 'string') || typeof at !== 'number') return undefined;
  return { incarnation, services, at, ...(leaving === true && { leaving }) };
};
