import type { DecisionRequest } from '@edict/contracts';
import { type ResourceLabels, readLabels } from './access/labels.ts';
import { timestampAt } from './conditions/timestamp.ts';

/** What a request is judged by, besides the policies. */
export interface EvaluationInput {
  readonly request: DecisionRequest;
  readonly ws: string;
  /** Milliseconds since 1970: `now` of the conditions. */
  readonly at: number;
  /** False when the subject speaks for itself: its properties are then mere claims, missing to conditions. */
  readonly claimsTrusted: boolean;
}

/** A request as rules see it. What only some rules need is made when the first of them asks. */
export interface RequestView {
  readonly request: DecisionRequest;
  /** The resource in the one spelling of its dialect; `undefined` when it has none. */
  readonly value: string | undefined;
  bindings(): Record<string, unknown>;
  /** The labels of the resource; a sentence when they are malformed. */
  labels(): ResourceLabels | string;
}

export const viewRequest = (input: EvaluationInput, value: string | undefined): RequestView => {
  let bindings: Record<string, unknown> | undefined;
  let labels: ResourceLabels | string | undefined;
  return {
    request: input.request,
    value,
    bindings: () => {
      bindings ??= bindingsOf(input);
      return bindings;
    },
    labels: () => {
      labels ??= readLabels(input.request.resource.properties?.['labels']);
      return labels;
    },
  };
};

/** Properties that were not sent count as none, so that `has()` can ask for them; untrusted ones are not there at all. */
const bindingsOf = ({ request, at, claimsTrusted }: EvaluationInput): Record<string, unknown> => {
  const { subject, action, resource, context = {} } = request;
  const { type, id, properties = {} } = subject;
  return {
    subject: claimsTrusted ? { type, id, properties } : { type, id },
    action: { properties: {}, ...action },
    resource: { properties: {}, ...resource },
    context,
    now: timestampAt(at),
  };
};
