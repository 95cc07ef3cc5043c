import type { Problem } from '@edict/contracts';
import type { LiveDocument } from './rules/compiled-document.ts';
import type { SetBuilder } from './rules/set-builder.ts';

/** What a check of a document found: any problem refuses the document, warnings only tell. */
export interface KindCheck {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** One kind of document: what it may say, and what that means in the intermediate form. */
export interface KindModule {
  /** Checks any JSON object as a document of this kind. */
  check(document: unknown): KindCheck;
  /** States the rules of a document in which `check` found no problem. */
  compile(live: LiveDocument, into: SetBuilder): void;
}
