import { readdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { variables } from '../../src/app/config/variables.ts';
import { loadDemoData } from '../../src/dev/demo/load-demo-data.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { createTestClock } from '../support/test-clock.ts';

/**
 * The README's operations run in their order on the demo data of this moment, and have to answer what stands below
 * them. UPDATE_README=1 writes the answers anew.
 */
const MOMENT = new Date('2024-12-15T12:00:00Z');

let readme = await readFile('README.md', 'utf8');
const examples = [...readme.matchAll(/```graphql\n([\s\S]*?)```\n\n```json\n([\s\S]*?)```/g)].map(
  ([whole, query = '', answer = '']) => ({
    whole,
    query,
    answer,
    name: /\w+ (\w+)/.exec(query)?.[1] ?? query,
  }),
);

describe('the operations of the README', () => {
  let api: TestApi;
  beforeAll(async () => {
    const { clock } = createTestClock(MOMENT);
    api = await startTestApi({ clock, cancelAttemptsPerHour: 5 });
    await loadDemoData(api.database.db, MOMENT);
  });
  afterAll(() => api.close());

  it('are there', () => {
    expect(examples.length).toBeGreaterThanOrEqual(5);
  });

  it.each(examples)('$name answers what stands below it', async ({ whole, query, answer }) => {
    const given = shorten(await api.send(query));
    if (process.env.UPDATE_README) {
      const written = whole.replace(answer, `${JSON.stringify(given, null, 2)}\n`);
      readme = readme.replace(whole, written);
      await writeFile('README.md', readme);
    } else {
      expect(given).toEqual(JSON.parse(answer));
    }
  });
});

/** Without what changes between runs or says nothing to a reader: the port, places in the query, long pictures. */
function shorten(answer: object): unknown {
  const text = JSON.stringify(answer, (key, value) => (key === 'locations' ? undefined : value));
  return JSON.parse(
    text
      .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'http://127.0.0.1:4000')
      .replaceAll(/(data:image\/png;base64,.{12})[^"]+/g, '$1...'),
  );
}

describe('the README names', () => {
  it.each(Object.keys(variables.shape).filter((name) => name !== 'NODE_ENV'))(
    'the variable %s',
    async (name) => {
      expect(readme, name).toMatch(new RegExp(`^\\| \`${name}\` +\\|`, 'm'));
      expect(await readFile('.env.example', 'utf8')).toContain(`${name}=`);
    },
  );

  it('every folder of src, and no other', async () => {
    const entries = await readdir('src', { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => `${entry.name}/`);
    const named = [...readme.matchAll(/^ {2}(\w+\/) /gm)].map((match) => match[1]);
    expect(named.sort()).toEqual(folders.sort());
  });

  it('only commands that exist', async () => {
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8'));
    const named = [...readme.matchAll(/npm (?:run (?:-s )?([\w:]+)|(start|test)\b)/g)].map(
      (match) => match[1] ?? match[2],
    );
    expect(named.filter((name) => !(name && name in scripts))).toEqual([]);
  });
});
