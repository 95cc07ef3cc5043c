import { type StartEvaluator, toolRules } from './evaluator.ts';

export const CEDAR_PACKAGE = '@cedar-policy/cedar-wasm@4.13.0';

interface Cedar {
  preparsePolicySet(id: string, policies: { staticPolicies: string }): { type: string };
  statefulIsAuthorized(call: object): { type: string; response?: { decision: string } };
}

/** A policy per tool, parsed beforehand. */
export const startCedar =
  (load: NodeJS.Require): StartEvaluator =>
  async (rules) => {
    const cedar = load('@cedar-policy/cedar-wasm/nodejs') as Cedar;
    const id = `bench-${rules}`;
    const staticPolicies = toolRules(rules)
      .map(
        ({ tool, allows }) =>
          `${allows ? 'permit' : 'forbid'}(principal, action, resource == Tool::"${tool}");`,
      )
      .join('\n');
    const parsed = cedar.preparsePolicySet(id, { staticPolicies });
    if (parsed.type !== 'success') throw new Error(`cedar refuses the policies: ${JSON.stringify(parsed)}`);
    return (tool) => {
      const answer = cedar.statefulIsAuthorized({
        principal: { type: 'Agent', id: 'agent-1' },
        action: { type: 'Action', id: 'invoke' },
        resource: { type: 'Tool', id: tool },
        context: {},
        preparsedPolicySetId: id,
        entities: [],
      });
      return answer.response?.decision === 'allow';
    };
  };
