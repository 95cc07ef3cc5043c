import type { NewSource } from '../rules/set-builder.ts';
import { CAPABILITIES, MODELS, NETWORK, type SectionNames, TOOLS } from './sections.ts';

/** What a section and its lists say, in whichever document they stand. */
export interface Sayings {
  readonly speaks: NewSource;
  readonly blocks: NewSource;
  readonly denies: NewSource;
  readonly allows: NewSource;
}

const sayingsFor = ({ place, code, noun, allowed, blocked }: SectionNames): Sayings => {
  const blockList = `${place}.${blocked}`;
  const allowList = `${place}.${allowed}`;
  return {
    speaks: {
      rule: place,
      code: `${code}.allowed`,
      effect: 'allow',
      describe: (value) => `The ${noun} ${value} is allowed: nothing in ${place} restricts it.`,
    },
    blocks: {
      rule: blockList,
      code: `${code}.blocked`,
      effect: 'deny',
      describe: (value, pattern) => `The ${noun} ${value} is blocked: ${blockList} has ${pattern}.`,
    },
    denies: {
      rule: allowList,
      code: `${code}.not_allowed`,
      effect: 'deny',
      describe: (value) => `The ${noun} ${value} is not in ${allowList}.`,
    },
    allows: {
      rule: allowList,
      code: `${code}.allowed`,
      effect: 'allow',
      describe: (value, pattern) => `The ${noun} ${value} is allowed: ${allowList} has ${pattern}.`,
    },
  };
};

const SAYINGS = new Map(
  [TOOLS, NETWORK, CAPABILITIES, MODELS].map((names) => [names.place, sayingsFor(names)]),
);

/** Made once for each section: there may be very many documents. */
export const sayingsOf = (names: SectionNames): Sayings => SAYINGS.get(names.place) ?? sayingsFor(names);
