import { type StartEvaluator, toolRules } from './evaluator.ts';

export const CASBIN_PACKAGE = 'casbin@5.51.1';

interface Casbin {
  newModelFromString(text: string): unknown;
  newEnforcer(model: unknown): Promise<{
    addPolicies(rules: string[][]): Promise<boolean>;
    enforce(...request: string[]): Promise<boolean>;
  }>;
}

const MODEL = `[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = r.obj == p.obj && r.act == p.act`;

/** A policy per tool. */
export const startCasbin =
  (load: NodeJS.Require): StartEvaluator =>
  async (rules) => {
    const casbin = load('casbin') as Casbin;
    const enforcer = await casbin.newEnforcer(casbin.newModelFromString(MODEL));
    await enforcer.addPolicies(
      toolRules(rules).map(({ tool, allows }) => ['any', tool, 'invoke', allows ? 'allow' : 'deny']),
    );
    return (tool) => enforcer.enforce('agent-1', tool, 'invoke');
  };
