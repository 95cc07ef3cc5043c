import { expect, it } from 'vitest';
import { createStyle } from './style.ts';
import { alignColumns, alignFacts, count } from './table.ts';

it('makes each column as wide as its widest cell', () => {
  expect(
    alignColumns(
      [
        ['a', 'bbb', 'c'],
        ['aaaa', 'b', ''],
      ],
      '  ',
    ),
  ).toEqual(['  a     bbb  c', '  aaaa  b']);
});

it('does not count colours as width', () => {
  const { good } = createStyle(true);
  expect(
    alignColumns([
      [good('ok'), 'x'],
      ['long', 'y'],
    ]),
  ).toEqual([`${good('ok')}    x`, 'long  y']);
});

it('leaves facts out that are not known', () => {
  expect(
    alignFacts([
      ['policy', 'p'],
      ['reason', undefined],
      ['id', 'x'],
    ]),
  ).toEqual(['policy  p', 'id      x']);
});

it('leaves text as it is without a terminal', () => {
  expect(createStyle(false).bad('no')).toBe('no');
});

it('counts in words', () => {
  expect([count(1, 'policy', 'policies'), count(0, 'policy', 'policies'), count(2, 'commit')]).toEqual([
    '1 policy',
    '0 policies',
    '2 commits',
  ]);
});
