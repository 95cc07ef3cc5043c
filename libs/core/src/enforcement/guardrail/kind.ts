import type { KindModule } from '../kind-module.ts';
import { checkGuardrail } from './check-guardrail.ts';
import { compileGuardrail } from './compile-guardrail.ts';

/** Block lists, allow lists and approvals for tools, network, capabilities and models (seeds §2). */
export const guardrailKind: KindModule = { check: checkGuardrail, compile: compileGuardrail };
