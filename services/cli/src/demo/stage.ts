import type { DecisionRequest } from '@edict/contracts';
import type { DecisionReply, Edict } from '@edict/sdk';
import type { Bus } from '../verb.ts';
import type { Judgement, Teller } from './teller.ts';

/** What every chapter of the story plays with. */
export interface Stage {
  readonly edict: Edict;
  readonly bus: Bus;
  readonly teller: Teller;
  /** Tells this run's request ids and agents from those of another run on the same data. */
  readonly run: string;
  /** Waits that many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
}

/** A request of the story's payments agent; an id of its own for each question. */
export const requestOf = (
  { run }: Pick<Stage, 'run'>,
  name: string,
  action: string,
  resource: DecisionRequest['resource'],
  more: { readonly as?: string; readonly context?: Record<string, unknown> } = {},
): DecisionRequest & { request_id: string } => ({
  request_id: `demo-${run}-${name}`,
  subject: { type: 'agent', id: more.as ?? 'payments-bot' },
  action: { name: action },
  resource,
  ...(more.context && { context: more.context }),
});

/** Expects an effect, and a reason with a code when one is named. */
export const expecting =
  (effect: string, code?: string) =>
  (reply: DecisionReply): Judgement => {
    if (reply.error !== undefined)
      return { ok: false, said: `error ${reply.error.code}: ${reply.error.message}` };
    const reason =
      reply.reasons.find((one) => (code === undefined ? one.effect === reply.effect : one.code === code)) ??
      reply.reasons[0];
    const ok = reply.effect === effect && (code === undefined || reason?.code === code);
    const why = reason === undefined ? '' : `: ${reason.message || reason.code}`;
    const { journal, revision, index } = reply.receipt;
    const said = `${reply.effect}${why}  (${journal}/${revision}/${index})`;
    return {
      ok,
      said: ok ? said : `${said}; expected ${effect}${code === undefined ? '' : ` with ${code}`}`,
    };
  };
