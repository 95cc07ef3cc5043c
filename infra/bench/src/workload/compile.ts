import {
  checkDocument,
  compilePolicySet,
  documentHash,
  type LiveDocument,
  type PolicySet,
} from '@edict/core';
import { WORKSPACE } from './traffic.ts';

/** Documents as the set that an enforcer judges by; throws for one that could not be saved. */
export const compileDocuments = (documents: readonly unknown[]): PolicySet =>
  compilePolicySet({ ws: WORKSPACE, revision: 1, ungoverned: 'deny', documents: documents.map(toLive) });

const toLive = (written: unknown): LiveDocument => {
  const checked = checkDocument(written);
  if (!checked.ok) throw new Error(`a document of the bench is refused: ${JSON.stringify(checked.problems)}`);
  const { document } = checked;
  return {
    policy_id: document.policy_id,
    kind: document.kind ?? 'decision',
    revision: 1,
    hash: documentHash(document),
    enforcement: 'enforce',
    document,
  };
};
