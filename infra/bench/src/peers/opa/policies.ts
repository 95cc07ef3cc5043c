import { guardrailDocuments } from '../../workload/traffic.ts';
import { toolRules } from '../evaluator.ts';

/**
 * A tool by its name, or by the group before its dot; whoever is blocked is not allowed. What is looked up has a rule of its
 * own: compared in the same expression, it takes OPA 1.22 six times as long.
 */
export const SERVER_POLICY = `package bench

default allow := false

by_name := data.tools[input.resource.id]

by_group := data.groups[split(input.resource.id, ".")[0]]

allow if {
	by_name == "allow"
	not by_group == "block"
}

allow if {
	by_group == "allow"
	not by_name == "block"
}
`;

/** The guardrails that Edict's verdicts are judged by, as the policy above looks them up. */
export const opaData = () => {
  const tools: Record<string, string> = {};
  const groups: Record<string, string> = {};
  for (const { rules } of guardrailDocuments()) {
    const lists = [
      ['allow', rules.tools['allowed_tools']],
      ['block', rules.tools['blocked_tools']],
    ] as const;
    for (const [effect, patterns = []] of lists) {
      for (const pattern of patterns) {
        if (pattern.endsWith('.*')) groups[pattern.slice(0, -2)] = effect;
        else tools[pattern] = effect;
      }
    }
  }
  return { tools, groups };
};

/** The exact tools of P4, in the two ways in which people write them. */
export const WASM_POLICIES = {
  'rules as data': (rules: number) => ({
    policy: `package bench

default allow := false

allow if data.tools[input.tool] == "allow"
`,
    data: {
      tools: Object.fromEntries(
        toolRules(rules).map(({ tool, allows }) => [tool, allows ? 'allow' : 'block']),
      ),
    },
  }),
  'a rule per tool': (rules: number) => ({
    policy: [
      'package bench',
      'default allow := false',
      'allow if {\n\tgranted\n\tnot blocked\n}',
      ...toolRules(rules).map(
        ({ tool, allows }) => `${allows ? 'granted' : 'blocked'} if input.tool == "${tool}"`,
      ),
    ].join('\n\n'),
    data: {},
  }),
} as const;
