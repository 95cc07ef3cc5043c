import { BusSettings, ServiceSettings } from '@edict/service-kit';
import { expect, it } from 'vitest';
import { configurationPage } from './configuration.ts';

const rows = configurationPage()
  .split('\n')
  .filter((line) => line.startsWith('| `'));

it('the page about settings has a row for every setting that services read', () => {
  const names = Object.keys({ ...ServiceSettings.shape, ...BusSettings.shape });
  expect(rows.map((row) => row.split('`')[1])).toEqual(names);
});

it('every setting says what it means and what is allowed', () => {
  for (const row of rows) {
    const [, , means = '', allowed = ''] = row.split('|').map((cell) => cell.trim());
    expect([row, means !== '' && allowed !== '']).toEqual([row, true]);
  }
});
