import { type DocumentChange, pointer } from '@edict/contracts';
import { alignArrays } from './align-arrays.ts';
import { canonicalText } from './canonical-text.ts';

/**
 * What turns one JSON value into another: stable, ordered by path, as small as is readable. Applied one after
 * another (as RFC 6902 has it, `from` being the value that was there) the changes give the second value.
 */
export const diffDocuments = (a: unknown, b: unknown): DocumentChange[] => {
  const changes: DocumentChange[] = [];
  compare(a, b, [], changes);
  return changes;
};

type Path = readonly (string | number)[];

const compare = (a: unknown, b: unknown, path: Path, changes: DocumentChange[]): void => {
  if (Array.isArray(a) && Array.isArray(b)) compareArrays(a, b, path, changes);
  else if (isObject(a) && isObject(b)) compareObjects(a, b, path, changes);
  else if (a !== b) changes.push({ op: 'replace', path: pointer(path), from: a, to: b });
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const compareObjects = (
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
  path: Path,
  changes: DocumentChange[],
): void => {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  for (const key of keys) {
    const inner = [...path, key];
    if (!Object.hasOwn(b, key)) changes.push({ op: 'remove', path: pointer(inner), from: a[key] });
    else if (!Object.hasOwn(a, key)) changes.push({ op: 'add', path: pointer(inner), to: b[key] });
    else compare(a[key], b[key], inner, changes);
  }
};

/** Elements that stay are found first, so that one inserted element is one change and not a shift of all others. */
const compareArrays = (
  a: readonly unknown[],
  b: readonly unknown[],
  path: Path,
  changes: DocumentChange[],
): void => {
  let index = 0;
  for (const { kept, removed, added } of alignArrays(a, b, canonicalText)) {
    index += kept;
    const replaced = Math.min(removed.length, added.length);
    for (let i = 0; i < replaced; i++) compare(removed[i], added[i], [...path, index + i], changes);
    index += replaced;
    for (const from of removed.slice(replaced))
      changes.push({ op: 'remove', path: pointer([...path, index]), from });
    for (const to of added.slice(replaced)) {
      changes.push({ op: 'add', path: pointer([...path, index]), to });
      index += 1;
    }
  }
};
