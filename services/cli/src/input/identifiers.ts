import { BOUNDS, Identifier } from '@edict/contracts';
import { badInput } from '../stop.ts';

/** An id or a name as services take it, as a commander option or argument. */
export const parseIdentifier =
  (what: string) =>
  (word: string): string => {
    if (Identifier.safeParse(word).success) return word;
    const bytes = Buffer.byteLength(word);
    const found = bytes === 0 ? 'empty' : `${JSON.stringify(word.slice(0, 20))} (${bytes} bytes)`;
    throw badInput(`${what} is ${found}; it must be 1 to ${BOUNDS.idBytes} bytes of text without U+0000`);
  };
