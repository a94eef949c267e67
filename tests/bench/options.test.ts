import { expect, it } from 'vitest';
import { readOptions } from './options.ts';

it('compares everything except deep pages by default, since those need a million tickets', () => {
  const { contenders, scenarios, connections, rounds } = readOptions([]);
  expect(contenders.map(({ name }) => name)).toEqual([
    'baseline',
    'gathering',
    'usher',
    'mercurius',
    'ordinary',
  ]);
  expect(scenarios.map(({ name }) => name)).toEqual([
    ...['list20', 'list100', 'details', 'qr', 'cancel'],
    ...['everything', 'by-amount', 'cancelled', 'count', 'upcoming', 'past-deep'],
  ]);
  expect({ connections, rounds }).toEqual({ connections: [16, 64], rounds: 3 });
});

it('--quick is short, and other options override it', () => {
  const { rounds, connections, scenarios } = readOptions(['--quick', '--rounds', '2']);
  expect({ rounds, connections }).toEqual({ rounds: 2, connections: [16] });
  expect(scenarios).toHaveLength(5);
});

it('--growth includes deep pages', () => {
  expect(readOptions(['--growth']).scenarios.map(({ name }) => name)).toContain('deep');
});

it.each([
  [['--rounds', '0'], /--rounds takes whole numbers, not "0"/],
  [['--connections', '16,many'], /--connections takes whole numbers, not "many"/],
  [['--scenarios', 'lists'], /--scenarios: there is no "lists"/],
  [['--contenders', 'baseline,django'], /--contenders: there is no "django"/],
  [['--fast'], /Unknown option '--fast'/],
  [['--help'], /^Usage: npm run bench/],
])('%j is answered with how to call it', (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
  expect(() => readOptions(args)).toThrow(/--markdown FILE/);
});
