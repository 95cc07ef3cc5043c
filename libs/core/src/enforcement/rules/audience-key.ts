import type { AppliesTo } from '@edict/contracts';

/** Equal selectors give equal keys; the workspace is not part of it, because a set is compiled for one. */
export const audienceKey = ({ subjects, types }: AppliesTo): string =>
  JSON.stringify([sorted(subjects), sorted(types)]);

const sorted = (list: readonly string[] | undefined): readonly string[] | null =>
  list === undefined ? null : [...new Set(list)].sort();
