import { describe, expect, it } from 'vitest';
import { aptEntries } from './debian-package.js';

describe('the sources of apt', () => {
  it('are read from the one-line format, with and without options', () => {
    const sources = [
      '# deb http://old.example/debian buster main',
      'deb http://mirror.example/debian trixie main contrib',
      'deb [arch=amd64 signed-by=/usr/share/keyrings/a.gpg] https://other.example/debian trixie-updates main',
      'deb-src http://mirror.example/debian trixie main',
    ].join('\n');
    expect(aptEntries(sources)).toEqual([
      { mirror: 'http://mirror.example/debian', suites: ['trixie'], keyring: undefined },
      {
        mirror: 'https://other.example/debian',
        suites: ['trixie-updates'],
        keyring: '/usr/share/keyrings/a.gpg',
      },
    ]);
  });

  it('are read from paragraphs of fields, past comments', () => {
    const sources = [
      'Types: deb',
      '# snapshot http://snapshot.example/debian',
      'URIs: http://mirror.example/debian http://second.example/debian',
      'Suites: bookworm bookworm-updates',
      'Components: main',
      'Signed-By: /usr/share/keyrings/debian.gpg',
      '',
      'Types: deb',
      'URIs: http://security.example/debian',
      'Suites: bookworm-security',
    ].join('\n');
    expect(aptEntries(sources)).toEqual([
      {
        mirror: 'http://mirror.example/debian',
        suites: ['bookworm', 'bookworm-updates'],
        keyring: '/usr/share/keyrings/debian.gpg',
      },
      { mirror: 'http://security.example/debian', suites: ['bookworm-security'], keyring: undefined },
    ]);
  });
});
