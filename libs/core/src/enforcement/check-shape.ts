import { type Problem, problemsOf } from '@edict/contracts';
import { compileCondition } from './conditions/compile-condition.ts';
import type { KindCheck } from './kind-module.ts';
import type { Dialect } from './matchers/dialect.ts';
import { nameDialect } from './matchers/name-dialect.ts';
import { fieldsOf, itemsOf, type UncheckedFields } from './unchecked-fields.ts';

/**
 * Notes what is wrong with a document. Values are unchecked: what the schema has refused already is passed over,
 * so that one save shows every problem once. Paths are JSON pointers.
 */
export interface Findings {
  invalid(path: string, message: string, allowed?: string): void;
  /** Well-formed, and not enforceable by this build. */
  unsupported(path: string, message: string, allowed?: string): void;
  warn(code: string, path: string, message: string): void;
  patterns(list: unknown, path: string, dialect: Dialect): void;
  pattern(pattern: unknown, path: string, dialect: Dialect): void;
  condition(text: unknown, path: string): void;
  readonly result: KindCheck;
}

/** The part of a zod schema that {@link checkShape} needs. */
interface Shape {
  safeParse(value: unknown): { success: true } | { success: false; error: Parameters<typeof problemsOf>[0] };
}

/** Checks a document's shape, the envelope that all kinds share, and what `inspect` looks at; all problems at once. */
export const checkShape = (
  shape: Shape,
  value: unknown,
  inspect: (document: UncheckedFields, findings: Findings) => void,
): KindCheck => {
  const parsed = shape.safeParse(value);
  const findings = createFindings(parsed.success ? [] : problemsOf(parsed.error, value, 'POLICY_INVALID'));
  const document = fieldsOf(value);
  inspectEnvelope(document, findings);
  inspect(document, findings);
  return findings.result;
};

const inspectEnvelope = (document: UncheckedFields, findings: Findings): void => {
  const version = document['schema_version'];
  if (Number.isInteger(version) && Number(version) > 1) {
    const message = `schema_version is ${version}: this build enforces version 1`;
    findings.unsupported('/schema_version', message, '1');
  }
  const selector = fieldsOf(document['applies_to']);
  findings.patterns(selector['subjects'], '/applies_to/subjects', nameDialect);
  findings.patterns(selector['workspaces'], '/applies_to/workspaces', nameDialect);
};

const createFindings = (problems: Problem[]): Findings => {
  const warnings: Problem[] = [];
  const refused = new Set<string>();
  for (const { path } of problems) addWithParents(path, refused);
  const add = (code: string, path: string, message: string, allowed: string | undefined): void => {
    if (refused.has(path)) return;
    addWithParents(path, refused);
    problems.push(allowed === undefined ? { code, path, message } : { code, path, message, allowed });
  };
  const findings: Findings = {
    result: { problems, warnings },
    invalid: (path, message, allowed) => add('POLICY_INVALID', path, message, allowed),
    unsupported: (path, message, allowed) => add('UNSUPPORTED', path, message, allowed),
    warn: (code, path, message) => {
      warnings.push({ code, path, message });
    },
    patterns: (list, path, dialect) => {
      for (const [index, pattern] of itemsOf(list)) findings.pattern(pattern, `${path}/${index}`, dialect);
    },
    pattern: (pattern, path, dialect) => {
      if (typeof pattern !== 'string') return;
      const flaw = dialect.flaw(pattern);
      if (flaw !== undefined) findings.invalid(path, `the pattern ${pattern} ${flaw}`);
      else if (pattern !== pattern.trim()) {
        findings.warn('SPACE_IN_PATTERN', path, `the pattern "${pattern}" begins or ends with a space`);
      }
    },
    condition: (text, path) => {
      const compiled = typeof text === 'string' ? compileCondition(text) : undefined;
      if (compiled === undefined || compiled.ok) return;
      add(compiled.code, path, compiled.message, undefined);
    },
  };
  return findings;
};

/** Adds a pointer and every pointer above it, so that one look tells whether something at or below it is refused. */
const addWithParents = (path: string, pointers: Set<string>): void => {
  for (let end = path.length; end >= 0; end = path.lastIndexOf('/', end - 1)) {
    const pointer = path.slice(0, end);
    if (pointers.has(pointer)) return;
    pointers.add(pointer);
    if (end === 0) return;
  }
};
