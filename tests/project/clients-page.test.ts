import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { isEnumType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signToken } from '../../src/api/auth/sign-token.ts';
import { buildSchema } from '../../src/api/graphql/build-schema.ts';
import { loadDemoData } from '../../src/dev/demo/load-demo-data.ts';
import { ERROR_MESSAGES } from '../../src/platform/errors/usher-error.ts';
import { allowForRealProcesses } from '../support/patiently.ts';
import { SECRET, startTestApi, type TestApi, TOKEN_RULES } from '../support/test-api.ts';
import { createTestClock } from '../support/test-clock.ts';

allowForRealProcesses();

/**
 * Every snippet of the page for clients runs, in order, on the demo data of this moment, and has to answer what stands
 * below it. UPDATE_README=1 writes the answers anew.
 */
const MOMENT = new Date('2024-12-15T12:00:00Z');
const PAGE = 'docs/clients.md';

let page = await readFile(PAGE, 'utf8');
const fences = [...page.matchAll(/^```(\w*)$/gm)].map((match) => match[1]);
const snippets = [...page.matchAll(/```(graphql|sh|js)\n([\s\S]*?)```\n\n```json\n([\s\S]*?)```/g)].map(
  ([whole, kind = '', text = '', answer = '']) => ({ whole, kind, text, answer }),
);

describe('the page for clients', () => {
  let api: TestApi;
  let token: string;
  beforeAll(async () => {
    const { clock } = createTestClock(MOMENT);
    api = await startTestApi({ clock, cancelAttemptsPerHour: 5 });
    await loadDemoData(api.database.db, MOMENT);
    token = await signToken('user-asha', SECRET, TOKEN_RULES);
  });
  afterAll(() => api.close());

  it('has only snippets that are run', () => {
    // Each has an opening line, and an answer with another.
    expect(fences.filter((kind) => kind !== '')).toHaveLength(snippets.length * 2);
    expect(new Set(snippets.map(({ kind }) => kind))).toEqual(new Set(['graphql', 'sh', 'js']));
  });

  it.each(snippets)('is right about $text', async ({ whole, kind, text, answer }) => {
    const given = withoutPlaces(await run(kind, text));
    if (process.env.UPDATE_README) {
      page = page.replace(whole, whole.replace(answer, `${JSON.stringify(given, null, 2)}\n`));
      await writeFile(PAGE, page);
    } else {
      expect(given).toEqual(JSON.parse(answer));
    }
  });

  it.each(Object.keys(ERROR_MESSAGES))('says what to do about %s', (code) => {
    expect(page).toMatch(new RegExp(`^\\| \`${code}\` \\|`, 'm'));
  });

  it('says what to do about every outcome and code of cancelling', async () => {
    const schema = await buildSchema();
    const result = schema.getType('CancelTicketResult');
    const outcomes = Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type) && type.getInterfaces().some((it) => it === result))
      .map(({ name }) => name);
    expect(outcomes.length).toBeGreaterThan(1);
    const codes = schema.getType('CancelTicketErrorCode');
    if (!isEnumType(codes)) throw new Error('the codes are an enum');
    for (const { name } of codes.getValues()) expect(page).toContain(`| \`${name}\` |`);
    for (const name of outcomes) expect(page).toMatch(new RegExp(`^\\| \`${name}\` \\|`, 'm'));
  });

  async function run(kind: string, text: string): Promise<object> {
    if (kind === 'graphql') return api.send(text);
    if (kind === 'js') {
      const asyncFunction = Object.getPrototypeOf(run).constructor;
      return new asyncFunction('usher', 'token', text)(api.origin, token);
    }
    const env = { ...process.env, USHER: api.origin, TOKEN: token };
    const { stdout } = await promisify(execFile)('sh', ['-c', text], { env });
    return JSON.parse(stdout);
  }
});

/** Places in the query say nothing to a reader. */
function withoutPlaces(answer: object): unknown {
  return JSON.parse(JSON.stringify(answer, (key, value) => (key === 'locations' ? undefined : value)));
}
