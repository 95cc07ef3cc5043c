import { GuardrailDocument } from '@edict/contracts';
import { checkShape, type Findings } from '../check-shape.ts';
import type { KindCheck } from '../kind-module.ts';
import { nameDialect } from '../matchers/name-dialect.ts';
import { dialectOf } from '../rules/action-dialect.ts';
import { fieldsOf, itemsOf, type UncheckedFields } from '../unchecked-fields.ts';
import { CAPABILITIES, MODELS, NETWORK, type SectionNames, TOOLS } from './sections.ts';

export const checkGuardrail = (document: unknown): KindCheck =>
  checkShape(GuardrailDocument, document, (unchecked, findings) => {
    const rules = fieldsOf(unchecked['rules']);
    const permissions = fieldsOf(rules['permissions']);
    refuse(permissions['filesystem'], '/rules/permissions/filesystem', findings);
    refuse(rules['api'], '/rules/api', findings);
    refuse(rules['rate_limits'], '/rules/rate_limits', findings);
    checkSection(TOOLS, rules['tools'], findings);
    checkSection(NETWORK, permissions['network'], findings);
    checkSection(CAPABILITIES, rules['capabilities'], findings);
    checkSection(MODELS, rules['models'], findings);
    const providers = fieldsOf(rules['models'])['allowed_providers'];
    findings.patterns(providers, '/rules/models/allowed_providers', nameDialect);
    const sections = [rules['tools'], permissions['network'], rules['capabilities'], rules['models']];
    if (sections.every((section) => section === undefined)) {
      findings.warn(
        'NO_EFFECT',
        '/rules',
        'the guardrail has no section, so it neither allows nor restricts anything',
      );
    }
  });

const refuse = (section: unknown, path: string, findings: Findings): void => {
  if (section === undefined) return;
  const name = path.slice('/rules/'.length).replaceAll('/', '.');
  findings.unsupported(path, `this build cannot enforce ${name}`);
};

const checkSection = (names: SectionNames, section: unknown, findings: Findings): void => {
  const fields = fieldsOf(section);
  const dialect = dialectOf(names.action);
  const path = `/rules/${names.place.replaceAll('.', '/')}`;
  findings.patterns(fields[names.allowed], `${path}/${names.allowed}`, dialect);
  findings.patterns(fields[names.blocked], `${path}/${names.blocked}`, dialect);
  for (const [index, entry] of itemsOf(fields['require_approval'])) {
    const approval = fieldsOf(entry);
    const place = `${path}/require_approval/${index}`;
    findings.pattern(approval[names.noun], `${place}/${names.noun}`, dialect);
    findings.condition(approval['when'], `${place}/when`);
  }
  warnOfBoth(names, fields, path, findings);
};

const warnOfBoth = (
  { allowed, blocked }: SectionNames,
  fields: UncheckedFields,
  path: string,
  findings: Findings,
): void => {
  const denied = new Set(itemsOf(fields[blocked]).map(([, pattern]) => pattern));
  for (const [index, pattern] of itemsOf(fields[allowed])) {
    if (!denied.has(pattern)) continue;
    const message = `${pattern} is blocked in the same section, so allowing it has no effect`;
    findings.warn('NO_EFFECT', `${path}/${allowed}/${index}`, message);
  }
};
