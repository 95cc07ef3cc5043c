import {
  EvaluationPayload,
  excerpt,
  invalidEnvelope,
  ObjectionPayload,
  ProposalPayload,
  type SessionEvent,
  type SignalAccepted,
  type SignalEnvelope,
  VotePayload,
} from '@edict/contracts';
import { invalid, recorded, refusing, type SessionDecision, type SessionRejection } from '../commands.ts';
import type { Ballot, Evidence } from '../policy/evidence.ts';
import { sealedEnding } from '../sealed/sealed-ending.ts';
import { ballotKey, evidenceOf, type Phase, phaseOf, type Session } from '../state/session.ts';
import type { Place } from './place.ts';

/** What a kind of message asks of the session, and what it adds to the evidence. */
interface Contribution<P> {
  readonly phases: readonly Phase[];
  readonly schema: {
    safeParse(
      value: unknown,
    ): { success: true; data: P } | { success: false; error: Parameters<typeof invalidEnvelope>[0] };
  };
  flaw(payload: P, session: Session, sender: string): SessionRejection | undefined;
  added(payload: P, sender: string): Partial<Evidence>;
}

const proposalUnknown = (id: string, session: Session): SessionRejection | undefined =>
  session.proposals.has(id)
    ? undefined
    : invalid(
        '/payload/proposal_id',
        `proposal_id is ${excerpt(id)}: no such proposal was made in this session`,
      );

const Proposal: Contribution<ProposalPayload> = {
  phases: ['Proposal', 'Evaluation'],
  schema: ProposalPayload,
  flaw: ({ proposal_id: id }, session) =>
    session.proposals.has(id)
      ? invalid(
          '/payload/proposal_id',
          `proposal_id is ${excerpt(id)}: a proposal with that id exists already`,
        )
      : undefined,
  added: () => ({}),
};

const Evaluation: Contribution<EvaluationPayload> = {
  phases: ['Evaluation'],
  schema: EvaluationPayload,
  flaw: ({ proposal_id }, session) => proposalUnknown(proposal_id, session),
  added: (payload, sender) => ({ evaluations: [{ ...payload, sender }] }),
};

const Objection: Contribution<ObjectionPayload> = {
  phases: ['Evaluation'],
  schema: ObjectionPayload,
  flaw: ({ proposal_id }, session) => proposalUnknown(proposal_id, session),
  added: (payload, sender) => ({ objections: [{ ...payload, sender }] }),
};

const Vote: Contribution<VotePayload> = {
  phases: ['Evaluation', 'Voting'],
  schema: VotePayload,
  flaw: ({ proposal_id }, session, sender) =>
    proposalUnknown(proposal_id, session) ??
    (session.ballots.has(ballotKey(proposal_id, sender))
      ? invalid(
          '/payload/proposal_id',
          `${sender} has voted on ${excerpt(proposal_id)}; the first vote stands`,
        )
      : undefined),
  added: (payload, sender) => ({ ballots: [{ ...payload, sender } satisfies Ballot] }),
};

/** Judges a Proposal, Evaluation, Objection or Vote; every other type belongs to nobody (macp §3.2). */
export const deliberation = (envelope: SignalEnvelope, place: Place): SessionDecision => {
  switch (envelope.message_type) {
    case 'Proposal':
      return contribute(Proposal, 'Proposal', envelope, place);
    case 'Evaluation':
      return contribute(Evaluation, 'Evaluation', envelope, place);
    case 'Objection':
      return contribute(Objection, 'Objection', envelope, place);
    case 'Vote':
      return contribute(Vote, 'Vote', envelope, place);
    default: {
      const message = `message_type is ${excerpt(envelope.message_type)}: nobody may send that in a decision session`;
      return refusing({ code: 'FORBIDDEN', path: '/message_type', message });
    }
  }
};

const contribute = <P>(
  contribution: Contribution<P>,
  type: SignalAccepted['message_type'],
  envelope: SignalEnvelope,
  { session, progress }: Place,
): SessionDecision => {
  const { sender } = envelope;
  const stranger = senderFlaw(type, sender, session);
  if (stranger !== undefined) return refusing(stranger);
  const payload = contribution.schema.safeParse(envelope.payload);
  if (!payload.success) return refusing(invalidEnvelope(payload.error, envelope.payload, '/payload'));
  const flaw = phaseFlaw(type, contribution.phases, phaseOf(session, progress));
  const refusal = flaw ?? contribution.flaw(payload.data, session, sender);
  if (refusal !== undefined) return refusing(refusal);
  const accepted: SessionEvent = {
    type: 'signal.accepted',
    data: {
      session_id: envelope.session_id,
      message_id: envelope.message_id,
      message_type: type,
      sender,
      timestamp_unix_ms: envelope.timestamp_unix_ms,
      payload: payload.data,
    },
  };
  if (session.start.request === undefined) return recorded(accepted);
  const ending = sealedEnding(session, plus(evidenceOf(session), contribution.added(payload.data, sender)));
  return ending === undefined ? recorded(accepted) : recorded(accepted, ending);
};

const senderFlaw = (
  type: string,
  sender: string,
  { roster, start }: Session,
): SessionRejection | undefined => {
  const path = '/sender';
  if (!roster.has(sender)) {
    return { code: 'FORBIDDEN', path, message: `${excerpt(sender)} is not a participant of this session` };
  }
  if (type !== 'Proposal' || start.request === undefined) return undefined;
  return {
    code: 'FORBIDDEN',
    path,
    message: 'the session of an escalation has one proposal, made by its host',
  };
};

const phaseFlaw = (type: string, phases: readonly Phase[], phase: Phase): SessionRejection | undefined => {
  if (phases.includes(phase)) return undefined;
  const why =
    phase === 'Voting' ? 'the first vote has closed deliberation' : 'there is no proposal in the session yet';
  return invalid('/message_type', `${type} is not allowed in phase ${phase}: ${why}`);
};

const plus = (evidence: Evidence, added: Partial<Evidence>): Evidence => ({
  ballots: [...evidence.ballots, ...(added.ballots ?? [])],
  evaluations: [...evidence.evaluations, ...(added.evaluations ?? [])],
  objections: [...evidence.objections, ...(added.objections ?? [])],
});
