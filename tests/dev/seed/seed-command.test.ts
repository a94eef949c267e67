import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allowForRealProcesses } from '../../support/patiently.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { runUsher } from '../../support/usher-process.ts';

allowForRealProcesses();

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

async function seed(args: string[], environment: Record<string, string> = {}) {
  const run = runUsher('src/app/commands/seed-database.ts', args, {
    DATABASE_URL: database.url,
    ...environment,
  });
  return { code: await run.exit, output: run.output() };
}

describe('npm run db:seed', () => {
  it('fills the database of DATABASE_URL with progress lines', async () => {
    const { code, output } = await seed(['--tickets', '1000']);
    expect(output).toMatch(/^1000 of 1000 tickets after \d+ s\n1000 tickets are there\./);
    expect(code).toBe(0);
  });

  it('says that it was done before', async () => {
    expect(await seed(['--tickets', '1000'])).toMatchObject({
      code: 1,
      output: expect.stringContaining('seeded before'),
    });
  });

  it('explains itself', async () => {
    expect(await seed(['--help'])).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^Usage: npm run db:seed -- --tickets N/),
    });
  });

  it.each([
    [[]],
    [['--tickets', '0']],
    [['--tickets', 'many']],
    [['--tickets', '10000001']],
    [['--rows', '5']],
  ])('refuses %j with how to call it', async (args) => {
    expect(await seed(args)).toMatchObject({ code: 1, output: expect.stringMatching(/^Usage: /) });
  });

  it('refuses production', async () => {
    const production = {
      NODE_ENV: 'production',
      ROLE: 'api',
      JWT_SECRET: 'a secret of the tests that is long enough',
      JWT_ISSUER: 'tests',
      JWT_AUDIENCE: 'usher',
      PUBLIC_URL: 'https://usher.example.com',
      RAZORPAY_WEBHOOK_SECRET: 'secret',
    };
    expect(await seed(['--tickets', '10'], production)).toEqual({
      code: 1,
      output: 'A production database is not seeded: these tickets are invented.\n',
    });
  });
});
