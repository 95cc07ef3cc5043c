/** What participants said that counts towards an outcome. */
export interface Heard {
  readonly ballots: readonly { readonly sender: string; readonly proposal: string; readonly vote: string }[];
  readonly criticalObjections: number;
}

interface WrittenPolicy {
  readonly rules?: {
    readonly voting?: {
      readonly algorithm?: string;
      readonly threshold?: number;
      readonly quorum?: { readonly type?: string; readonly value?: number };
      readonly weights?: Readonly<Record<string, number>>;
    };
    readonly objection_handling?: {
      readonly critical_severity_vetoes?: boolean;
      readonly veto_threshold?: number;
    };
    readonly commitment?: { readonly require_vote_quorum?: boolean };
  };
}

/**
 * Why a positive outcome does not follow from what was said, by the rules of a decision policy; `undefined` when it
 * does, or when the policy is one that is not counted again here.
 */
export const flawOfApproval = (
  policy: unknown,
  { ballots, criticalObjections }: Heard,
  roster: readonly string[],
): string | undefined => {
  const {
    voting = {},
    objection_handling: objections = {},
    commitment = {},
  } = (policy as WrittenPolicy).rules ?? {};
  const { algorithm = 'none', quorum = {} } = voting;
  if (
    objections.critical_severity_vetoes === true &&
    criticalObjections >= (objections.veto_threshold ?? 1)
  ) {
    return `${criticalObjections} critical objections stand`;
  }
  if (commitment.require_vote_quorum === true) {
    const voters = new Set(ballots.map(({ sender }) => sender)).size;
    const wanted = quorum.value ?? 0;
    const share = roster.length === 0 ? 0 : (voters / roster.length) * 100;
    if ((quorum.type === 'percentage' ? share : voters) < wanted)
      return `${voters} voters are below the quorum`;
  }
  return flawOfCount(algorithm, voting, ballots, roster);
};

const flawOfCount = (
  algorithm: string,
  { threshold = 0.5, weights = {} }: NonNullable<NonNullable<WrittenPolicy['rules']>['voting']>,
  ballots: Heard['ballots'],
  roster: readonly string[],
): string | undefined => {
  const weightOf = (sender: string): number => (algorithm === 'weighted' ? (weights[sender] ?? 0) : 1);
  const sum = (wanted: string): number =>
    ballots.reduce((total, { sender, vote }) => total + (vote === wanted ? weightOf(sender) : 0), 0);
  const approve = sum('APPROVE');
  const reject = sum('REJECT');
  const counted = `${approve} for and ${reject} against do not carry it under ${algorithm}`;
  switch (algorithm) {
    case 'majority':
    case 'weighted':
      return approve > 0 && approve / (approve + reject) >= threshold ? undefined : counted;
    case 'supermajority': {
      const share = threshold <= 0.5 ? 2 / 3 : threshold;
      return approve > 0 && approve / (approve + reject) >= share ? undefined : counted;
    }
    case 'plurality':
      return approve > reject ? undefined : counted;
    case 'unanimous': {
      const approvers = new Set(ballots.filter(({ vote }) => vote === 'APPROVE').map(({ sender }) => sender));
      return reject === 0 && roster.every((name) => approvers.has(name)) ? undefined : counted;
    }
    default:
      return undefined;
  }
};
