import { expect, it } from 'vitest';
import { visible, visibleText } from './visible.ts';

it.each([
  ['a row that is none', 'r-1\nALLOW  admin', 'r-1\\nALLOW  admin'],
  ['a carriage return and a tab', 'a\r\tb', 'a\\r\\tb'],
  ['an escape sequence', '\u001b[2Jx', '\\x1b[2Jx'],
  ['delete and the C1 form of an escape', '\u007f\u009b31m', '\\x7f\\x9b31m'],
  ['text that runs the other way', 'mail\u202etxt.exe\u2066', 'mail\\u202etxt.exe\\u2066'],
  ['a separator of lines', 'a\u2028b', 'a\\u2028b'],
  ['half of a pair', 'a\ud800', 'a\\ud800'],
])('%s is shown, not obeyed', (_case, text, shown) => expect(visibleText(text)).toBe(shown));

it('leaves every script and picture alone', () =>
  expect(visibleText('läuft: 検査 👩‍💻 שלום')).toBe('läuft: 検査 👩‍💻 שלום'));

it('reaches every text of a document, keys too', () =>
  expect(visible({ 'a\n': ['b\u001b', { c: 1, d: null }] })).toEqual({
    'a\\n': ['b\\x1b', { c: 1, d: null }],
  }));
