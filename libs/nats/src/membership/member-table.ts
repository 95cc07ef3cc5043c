import { ownerAmong } from './rendezvous.ts';

/** One process that hosts services, in one of its lives: who was frozen comes back under a new incarnation. */
export interface Member {
  readonly incarnation: string;
  readonly services: readonly string[];
}

/** Who is alive, as far as heartbeats tell. Time is given in; nothing here waits or sends. */
export interface MemberTable {
  /** Notes a heartbeat at a monotonic time; says whether that member was unknown. */
  heard(member: Member, now: number): boolean;
  /** Forgets a member that said goodbye; says whether it was known. */
  left(incarnation: string): boolean;
  /** Forgets members that have been silent; says whether there were any. */
  expire(now: number): boolean;
  members(): readonly Member[];
  /** Which member owns a key of a service; `undefined` when nobody hosts it. */
  owner(service: string, key: string | number): string | undefined;
}

/** Answers are kept until the members change; more than so many distinct keys are not. */
const KEPT_ANSWERS = 10_000;

export const createMemberTable = (goneMs: number): MemberTable => {
  const members = new Map<string, { readonly member: Member; readonly heard: number }>();
  const owners = new Map<string, string | undefined>();
  const expire = (now: number): boolean => {
    let changed = false;
    for (const [incarnation, { heard }] of members) {
      if (now - heard >= goneMs) changed = members.delete(incarnation) || changed;
    }
    if (changed) owners.clear();
    return changed;
  };
  return {
    heard: (member, now) => {
      const known = members.get(member.incarnation)?.member;
      members.set(member.incarnation, { member: known ?? member, heard: now });
      if (known === undefined) owners.clear();
      return known === undefined;
    },
    left: (incarnation) => {
      const known = members.delete(incarnation);
      if (known) owners.clear();
      return known;
    },
    expire,
    members: () => [...members.values()].map(({ member }) => member),
    owner: (service, key) => {
      const question = `${service}\u0000${key}`;
      const known = owners.get(question);
      if (known !== undefined) return known;
      const hosts: string[] = [];
      for (const { member } of members.values())
        if (member.services.includes(service)) hosts.push(member.incarnation);
      const owner = ownerAmong(hosts, question);
      if (owners.size >= KEPT_ANSWERS) owners.clear();
      owners.set(question, owner);
      return owner;
    },
  };
};
