import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { SIGNAL_PAYLOADS } from '../signal-payloads.ts';
import { DecisionDocument, withoutAnnotations } from './decision.ts';

describe('a decision document', () => {
  it('macp 1.1 loses its annotations on every level before it is checked, but no weight', () => {
    const annotated = {
      policy_id: 'policy.test.one',
      _comment: 'x',
      rules: { $id: 'x', voting: { _a: 1, quorum: { $b: 1, value: 2 }, weights: { _a: 1, $b: 2 } } },
    };
    expect(withoutAnnotations(annotated)).toEqual({
      policy_id: 'policy.test.one',
      rules: { voting: { quorum: { value: 2 }, weights: { _a: 1, $b: 2 } } },
    });
  });

  it('and the payloads of signals can be published as JSON Schema', () => {
    for (const schema of [DecisionDocument, ...Object.values(SIGNAL_PAYLOADS)]) {
      expect(z.toJSONSchema(schema, { io: 'input' })).toMatchObject({ type: 'object' });
    }
  });
});
