import { ask, chunks, document, list, type RuleSet } from './rule-set.ts';

const SHAPES = [
  (part: string) => ({ pattern: `data/${part}/**`, id: `data/${part}/a/b` }),
  (part: string) => ({ pattern: `data/*/${part}`, id: `data/a/${part}` }),
  (part: string) => ({ pattern: `data/**/${part}.json`, id: `data/a/b/${part}.json` }),
  (part: string) => ({ pattern: `data/${part}/?.txt`, id: `data/${part}/a.txt` }),
] as const;

const shapeOf = (side: string, index: number) =>
  (SHAPES[index % SHAPES.length] ?? SHAPES[0])(`${side}-${index}`);

interface HookSet {
  readonly name: string;
  readonly pattern: (side: 'ok' | 'no', index: number) => string;
  readonly id: (side: 'ok' | 'no', index: number) => string;
  readonly when?: (index: number) => string;
}

/** Half of the hooks allow, the others deny; a key that no hook matches is governed by nobody, which denies. */
export const hookSet = ({ name, pattern, id, when }: HookSet, always: readonly object[] = []): RuleSet => ({
  name,
  documents: (rules) => {
    const hooks = list(rules, String).map((_, number) => {
      const side = number % 2 === 0 ? 'ok' : 'no';
      const index = Math.floor(number / 2);
      return {
        id: `h-${number}`,
        phase: 'before',
        operation: 'read',
        pattern: pattern(side, index),
        ...(when && { when: when(index) }),
        effect: side === 'ok' ? 'allow' : 'deny',
      };
    });
    return [...chunks(hooks), ...(always.length > 0 ? [always] : [])].map((part, index) =>
      document('hooks', `part-${index}`, part),
    );
  },
  request: (number, rules) => {
    const index = (number * 7_919) % (rules / 2);
    const which = number % 4;
    const question = (side: 'ok' | 'no', at: number) =>
      ask({ action: 'data.read', type: 'key', id: id(side, at) });
    if (which === 3)
      return { request: question('ok', rules + index), effect: always.length > 0 ? 'allow' : 'deny' };
    if (which === 2) return { request: question('no', index), effect: 'deny' };
    return { request: question('ok', index), effect: 'allow' };
  },
});

export const globs: HookSet = {
  name: 'hook keys with globs',
  pattern: (side, index) => shapeOf(side, index).pattern,
  id: (side, index) => shapeOf(side, index).id,
};

export const questionMarks: HookSet = {
  name: 'hook keys with question marks in one folder',
  pattern: (side, index) => `data/file-${side}-${index}-?.txt`,
  id: (side, index) => `data/file-${side}-${index}-a.txt`,
};

export const conditions: HookSet = {
  name: 'conditions',
  pattern: (side, index) => `data/${side}-${index}`,
  id: (side, index) => `data/${side}-${index}`,
  when: (index) => `context.cost < ${(index % 100) + 1}.0 && subject.properties.team == 'payments'`,
};

/** Twenty rules that match every key; three of them have conditions, which hold. */
export const TWENTY = list(20, String).map((_, index) => ({
  id: `all-${index}`,
  phase: 'before',
  operation: 'read',
  pattern: 'data/**',
  ...(index < 3 && {
    when: [`context.cost < 1.0`, `subject.type == 'agent'`, `resource.properties.region == 'eu-central'`][
      index
    ],
  }),
  effect: index % 2 === 0 ? 'allow' : 'log',
}));
