import { capabilityDialect } from '../matchers/capability-dialect.ts';
import type { Dialect } from '../matchers/dialect.ts';
import { domainDialect } from '../matchers/domain-dialect.ts';
import { globDialect } from '../matchers/glob-dialect.ts';
import { nameDialect } from '../matchers/name-dialect.ts';

const DIALECTS: ReadonlyMap<string, Dialect> = new Map([
  ['net.connect', domainDialect],
  ['capability.use', capabilityDialect],
  ['data.read', globDialect],
  ['data.write', globDialect],
  ['data.delete', globDialect],
]);

/** The dialect in which the resources of an action are named, the same for every kind of document. */
export const dialectOf = (action: string): Dialect => DIALECTS.get(action) ?? nameDialect;
