import { JOURNAL_KINDS, type JournalKind } from '@edict/contracts';

/** In a reply that came from another member: who owns each partition, for whoever asks on. */
export const OWNERS_HEADER = 'Edict-Owners';

/** The members that own the partitions of one kind of journal, by number; `undefined` where nobody does. */
export interface Owners {
  readonly kind: JournalKind;
  readonly members: readonly (string | undefined)[];
}

const NOBODY = '-';

export const ownersText = ({ kind, members }: Owners): string =>
  `${kind} ${members.map((member) => member ?? NOBODY).join(' ')}`;

/** Names end up in addresses, so each is one token of letters, digits, `_` and `-`. */
const MEMBER = /^[A-Za-z0-9_-]{1,64}$/;

/** Reads what {@link ownersText} wrote; `undefined` for any other text. */
export const readOwners = (text: string): Owners | undefined => {
  const [word, ...members] = text.split(' ');
  const kind = JOURNAL_KINDS.find((known) => known === word);
  if (kind === undefined || members.length === 0 || !members.every((member) => MEMBER.test(member)))
    return undefined;
  return { kind, members: members.map((member) => (member === NOBODY ? undefined : member)) };
};
