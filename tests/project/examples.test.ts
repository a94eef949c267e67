import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signToken } from '../../src/api/auth/sign-token.ts';
import { loadDemoData } from '../../src/dev/demo/load-demo-data.ts';
import { allowForRealProcesses } from '../support/patiently.ts';
import { SECRET, startTestApi, type TestApi, TOKEN_RULES } from '../support/test-api.ts';
import { createTestClock } from '../support/test-clock.ts';

allowForRealProcesses();

/**
 * Every example of these pages runs, in order, on the demo data of this moment, and must return the answer below it.
 * UPDATE_EXAMPLES=1 rewrites the answers.
 */
const MOMENT = new Date('2024-12-15T12:00:00Z');
const PAGES = [
  { path: 'README.md', kinds: ['graphql'] },
  { path: 'docs/clients.md', kinds: ['graphql', 'js', 'sh'] },
];

/** A block of code with its answer right below it. No part reaches over the end of a block: others are not to be run. */
const EXAMPLE = /^```(graphql|sh|js)\n((?:(?!```).*\n)*)```\n\n```json\n((?:(?!```).*\n)*)```$/gm;

/** Columns of an answer on one line. */
const WIDTH = 100;

const read = await Promise.all(
  PAGES.map(async ({ path, kinds }) => {
    const text = await readFile(path, 'utf8');
    const examples = [...text.matchAll(EXAMPLE)].map(([whole, kind = '', code = '', answer = '']) => {
      return { whole, kind, code, answer };
    });
    return { path, kinds, text, examples };
  }),
);

describe.each(read)('$path', ({ path, kinds, text, examples }) => {
  let page = text;
  let api: TestApi;
  let token: string;
  beforeAll(async () => {
    const { clock } = createTestClock(MOMENT);
    api = await startTestApi({ clock, cancelAttemptsPerHour: 5 });
    await loadDemoData(api.database.db, MOMENT);
    token = await signToken('user-asha', SECRET, TOKEN_RULES);
  });
  afterAll(() => api.close());

  it('has examples of each kind, and no operation without an answer', () => {
    expect([...new Set(examples.map(({ kind }) => kind))].sort()).toEqual(kinds);
    const operations = text.match(/^```graphql$/gm) ?? [];
    expect(operations).toHaveLength(examples.filter(({ kind }) => kind === 'graphql').length);
    expect(text.match(/^```json$/gm)).toHaveLength(examples.length);
  });

  it.each(examples)('$code', async ({ whole, kind, code, answer }) => {
    const given = shorten(await run(kind, code));
    if (process.env.UPDATE_EXAMPLES) {
      page = page.replace(whole, () => whole.replace(answer, () => `${print(given)}\n`));
      await writeFile(path, page);
    } else {
      expect(given).toEqual(JSON.parse(answer));
    }
  });

  async function run(kind: string, code: string): Promise<object> {
    if (kind === 'graphql') return api.send(code);
    if (kind === 'js') {
      const asyncFunction = Object.getPrototypeOf(run).constructor;
      return new asyncFunction('usher', 'token', code)(api.origin, token);
    }
    const env = { ...process.env, USHER: api.origin, TOKEN: token };
    const { stdout } = await promisify(execFile)('sh', ['-c', code], { env });
    return JSON.parse(stdout);
  }
});

/** Drops what changes between runs or says nothing to a reader: the port, ids of refunds, places in the query, long pictures and calendars. */
function shorten(answer: object): unknown {
  const text = JSON.stringify(answer, (key, value) => (key === 'locations' ? undefined : value));
  return JSON.parse(
    text
      .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'http://127.0.0.1:4000')
      .replaceAll(/(data:image\/png;base64,.{12})[^"]+/g, '$1...')
      .replaceAll(/(refund-)[\da-f-]{36}/g, '$1...')
      .replaceAll(/(BEGIN:VCALENDAR)(?:[^"\\]|\\.)+/g, '$1...'),
  );
}

/** JSON with each object and list on one line where it fits. */
function print(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const named = (name: string) => (Array.isArray(value) ? '' : `${JSON.stringify(name)}: `);
  const parts = Object.entries(value).map(([name, part]) => named(name) + print(part, inner));
  const blank = Array.isArray(value) ? '' : ' ';
  const line = `${open}${blank}${parts.join(', ')}${blank}${close}`;
  if (indent !== '' && !line.includes('\n') && indent.length + line.length <= WIDTH) return line;
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${indent}${close}`;
}
