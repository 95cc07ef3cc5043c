import type { SourceDocument } from '../input/documents.ts';
import { count } from '../output/table.ts';
import { playApprovals } from './approvals.ts';
import { playChange } from './change.ts';
import { playReplay } from './replayed.ts';
import { playRules } from './rules.ts';
import type { Stage } from './stage.ts';

/** Plays the whole scenario (contract §8); says how much of it came as expected. */
export const play = async (
  stage: Stage,
  policies: readonly SourceDocument[],
): Promise<{ readonly steps: number; readonly failed: number }> => {
  if (await loadPolicies(stage, policies)) {
    await playRules(stage);
    await playApprovals(stage);
    await playChange(stage);
    await playReplay(stage);
  }
  return { steps: stage.teller.steps(), failed: stage.teller.failed() };
};

/** Saves every document; the last answer says from which set of policies on the story holds. */
const loadPolicies = async (
  { edict, teller }: Stage,
  policies: readonly SourceDocument[],
): Promise<boolean> => {
  teller.chapter(`${count(policies.length, 'policy', 'policies')} from the folder policies`);
  let setRevision = 0;
  for (const { value } of policies) {
    const { policy_id } = value as { readonly policy_id: string };
    await teller.step(
      `${policy_id} is saved`,
      () => edict.policies.save(value, { actor: 'demo', reason: 'npm start' }),
      (reply) => {
        if (reply.error !== undefined)
          return { ok: false, said: `${reply.error.code}: ${reply.error.message}` };
        setRevision = reply.set_revision;
        return { ok: true, said: `revision ${reply.revision}  ${reply.hash.slice(0, 23)}…` };
      },
    );
  }
  if (teller.failed() > 0) return false;
  teller.remark(`together they are set ${setRevision}, which every verdict from now on names`);
  return true;
};
