import type { DocumentChange } from '@edict/contracts';

/** Applies changes one after another to a copy of a JSON value, as RFC 6902 has it; refuses a `from` that is not there. */
export const applyChanges = (value: unknown, changes: readonly DocumentChange[]): unknown => {
  const root = { value: JSON.parse(JSON.stringify(value)) };
  for (const change of changes) applyChange(root, change);
  return root.value;
};

const applyChange = (root: { value: unknown }, { op, path, to, from }: DocumentChange): void => {
  const parts = `/value${path}`
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = parts.pop() ?? '';
  const parent = parts.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], root);
  const holder = parent as Record<string, unknown>;
  if (op !== 'add' && JSON.stringify(holder[last]) !== JSON.stringify(from))
    throw new Error(`no such value at ${path}`);
  if (Array.isArray(parent) && op !== 'replace')
    parent.splice(Number(last), op === 'add' ? 0 : 1, ...(op === 'add' ? [to] : []));
  else if (op === 'remove') delete holder[last];
  else
    Object.defineProperty(holder, last, { value: to, writable: true, enumerable: true, configurable: true });
};
