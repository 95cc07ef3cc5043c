import * as z from 'zod';
import { Identifier } from '../identifiers.ts';
import { PolicyTestExpectation } from './expectation.ts';
import { needs, object, oneOf, Time, text } from './phrases.ts';
import { PolicyTestStep, type Refuse, RequestPart, refuseMisfits } from './step.ts';

/** What holds when a case begins. */
const Given = z.strictObject(
  {
    at: Time.optional(),
    ungoverned: oneOf(['allow', 'deny']).optional(),
    enforcement: z
      .record(Identifier, oneOf(['enforce', 'warn', 'audit', 'off']), {
        error: 'must map policy ids to words',
      })
      .optional(),
  },
  object('at, ungoverned or enforcement'),
);

const stepsError = { error: 'must be a list of at least one step' };

const Case = z
  .strictObject(
    {
      name: text,
      given: Given.optional(),
      request: RequestPart.optional(),
      expect: PolicyTestExpectation.optional(),
      steps: z.array(PolicyTestStep, stepsError).min(1, stepsError).optional(),
    },
    object('name, request and expect, or name and steps'),
  )
  .superRefine(({ request, expect, steps }, context) => {
    const refuse: Refuse = (path, message) => context.addIssue({ code: 'custom', path, message });
    if (steps === undefined) {
      if (expect === undefined) refuse(['expect'], 'must say what is wanted, or there must be steps that do');
      refuseMisfits('request', expect, refuse);
      return;
    }
    if (request !== undefined) refuse(['request'], 'must be one of the steps, because there are steps');
    if (expect !== undefined) refuse(['expect'], 'must be in one of the steps, because there are steps');
    if (!steps.some((step) => step.expect !== undefined)) {
      refuse(['steps'], 'must have a step with expect: without one the case could not fail');
    }
  })
  .meta({ oneOf: [needs('expect'), needs('steps')] });
export type PolicyTestCase = z.infer<typeof Case>;

const policiesError = { error: 'must be a list of at least one path, relative to this file' };
const casesError = { error: 'must be a list of at least one case' };

/** A file of policy tests: cases, each with what is asked and what is wanted. */
export const PolicyTest = z.strictObject(
  {
    description: z.string({ error: 'must be a text' }).optional(),
    policies: z.array(text, policiesError).min(1, policiesError).optional(),
    defaults: z
      .strictObject({ given: Given.optional(), request: RequestPart.optional() }, object('given or request'))
      .optional(),
    cases: z
      .array(Case, casesError)
      .min(1, casesError)
      .superRefine((cases, context) => {
        const seen = new Set<string>();
        cases.forEach(({ name }, i) => {
          if (seen.has(name)) {
            context.addIssue({ code: 'custom', path: [i, 'name'], message: 'must be unique in the file' });
          }
          seen.add(name);
        });
      }),
  },
  object('cases'),
);
export type PolicyTest = z.infer<typeof PolicyTest>;
