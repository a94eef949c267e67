import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { databaseEnvironment } from '../../src/platform/db/tables/index.ts';
import { allowForRealProcesses, VERY_PATIENTLY } from '../support/patiently.ts';
import { homeOf } from '../support/remove-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import {
  runBuilt,
  runBuiltMain,
  runNpmStart,
  runUsher,
  type UsherProcess,
} from '../support/usher-process.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

allowForRealProcesses();

const MAIN = 'src/main.ts';

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder('usher start ');
});

function start(environment: Record<string, string> = {}): UsherProcess {
  return runUsher(MAIN, [], { DATA_FOLDER: join(folder, 'data'), PORT: '0', ...environment });
}

function startBuilt(environment: Record<string, string>): UsherProcess {
  execFileSync('npm', ['run', '-s', 'build:server']);
  return runBuilt({ PORT: '0', ...environment });
}

/** What the welcome prints: the URL, the token and the line to try. */
function readWelcome(usher: UsherProcess) {
  const url = /GraphQL +(http\S+)/.exec(usher.output())?.[1] ?? '';
  const token = /Token +(\S+)/.exec(usher.output())?.[1] ?? '';
  const body = /-d '(.*)'/.exec(usher.output())?.[1] ?? '';
  return { url, token, body };
}

async function ask(url: string, token: string, body: string) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  return (await fetch(url, { method: 'POST', headers, body })).json();
}

async function busyPort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? String(address.port) : '';
  return { port, close: () => new Promise((resolve) => server.close(resolve)) };
}

const PRODUCTION = {
  NODE_ENV: 'production',
  ROLE: 'api',
  RAZORPAY_WEBHOOK_SECRET: 'a secret',
  HOST: '127.0.0.1',
  JWT_SECRET: 'a secret of the tests that is long enough',
  JWT_ISSUER: 'tests',
  JWT_AUDIENCE: 'usher',
  PUBLIC_URL: 'https://usher.example.com',
  METRICS_PORT: '0',
  DRAIN_SECONDS: '0',
};

describe('npm start', () => {
  it('prints a URL, a token and a query that work; survives SIGKILL with its data; stops on SIGTERM', async () => {
    // A shell that is set up for another server must not matter.
    const first = start({ PGSSLMODE: 'require', PGHOST: 'db.example.com' });
    await first.until('Ctrl-C stops it');
    expect(first.output()).toContain('Loading the demo data');
    const { url, token, body } = readWelcome(first);
    const listed = await ask(url, token, body);
    const nodes: { canCancel: boolean }[] = listed.data.myTickets.nodes;
    expect(nodes.some(({ canCancel }) => canCancel)).toBe(true);
    const { origin } = new URL(url);
    expect(await (await fetch(`${origin}/`)).text()).toContain('<title>My bookings</title>');
    const people = await (await fetch(`${origin}/demo/users`)).json();
    expect((await ask(url, people[0].token, body)).data).toEqual(listed.data);
    expect(listed.data.myTickets.nodes).toHaveLength(3);
    const printed = [...first.output().matchAll(/-d '(.*)'/g)].at(-1)?.[1] ?? '';
    expect((await ask(url, token, printed)).data.cancelTicket).toMatchObject({
      message: 'Ticket cancelled successfully',
      status: 'CANCELLED',
    });

    const ids = '{"query":"{ myTickets(first: 100) { nodes { id canCancel totalAmount { amount } } } }"}';
    const { data } = await ask(url, token, ids);
    const { id } = data.myTickets.nodes.find(
      (ticket: { canCancel: boolean; totalAmount: { amount: string } }) =>
        ticket.canCancel && ticket.totalAmount.amount === '370.00',
    );
    const cancel = `{"query":"mutation { cancelTicket(id: \\"${id}\\") { message refund { refundAmount { amount } cancellationFee { amount } } } }"}`;
    expect((await ask(url, token, cancel)).data.cancelTicket).toEqual({
      message: 'Ticket cancelled successfully',
      refund: { refundAmount: { amount: '333.00' }, cancellationFee: { amount: '37.00' } },
    });

    const told = `{"query":"{ ticket(id: \\"${id}\\") { refund { refundStatus } timeline { type } } }"}`;
    await vi.waitFor(
      async () => expect((await ask(url, token, told)).data.ticket.refund.refundStatus).toBe('PROCESSED'),
      { ...VERY_PATIENTLY, interval: 200 },
    );
    await vi.waitFor(async () => {
      const mails = (await readdir(join(folder, 'data', 'messages'))).filter((file) => file.includes(id));
      expect(mails.map((file) => file.replace(/^\S+ ([\w-]+)\..*$/, '$1')).sort()).toEqual([
        'refund-processed',
        'ticket-cancelled',
      ]);
    }, VERY_PATIENTLY);
    expect(first.output()).toContain(join(folder, 'data', 'messages'));

    const second = start();
    expect(await second.exit).toBe(1);
    expect(second.output()).toMatch(/already running/);

    first.child.kill('SIGKILL');
    await first.exit;
    const third = start();
    await third.until('Ctrl-C stops it');
    expect(third.output()).toContain('Topping up the demo data');
    // The token of before is still good, and what was cancelled still is.
    const after = await ask(
      readWelcome(third).url,
      token,
      `{"query":"{ ticket(id: \\"${id}\\") { status } }"}`,
    );
    expect(after).toEqual({ data: { ticket: { status: 'CANCELLED' } } });

    third.child.kill('SIGTERM');
    expect(await third.exit).toBe(0);
    const home = await homeOf(join(folder, 'data', 'postgres'));
    expect(await readdir(join(home, 'data'))).not.toContain('postmaster.pid');
  });

  it('stops in order when it is npm that gets the signal, as in a container', async () => {
    const usher = runNpmStart({ DATA_FOLDER: join(folder, 'data'), PORT: '0' });
    await usher.until('Ctrl-C stops it');
    const { url } = readWelcome(usher);
    usher.child.kill('SIGTERM');
    expect(await usher.exit).toBe(0);
    expect(usher.output()).toContain('Stopping');
    await expect(fetch(url)).rejects.toThrow();
  });

  it('stops on SIGINT while it is still starting', async () => {
    const usher = start();
    await usher.until('Starting the embedded PostgreSQL');
    usher.child.kill('SIGINT');
    expect(await usher.exit).toBe(0);
  });
});

describe('with DATABASE_URL', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.close());

  it('uses that database and embeds nothing', async () => {
    const dataFolder = join(folder, 'unused');
    const usher = start({ DATABASE_URL: database.url, DATA_FOLDER: dataFolder });
    await usher.until('Ctrl-C stops it');
    expect(usher.output()).not.toContain('embedded');
    const { url, token, body } = readWelcome(usher);
    expect((await ask(url, token, body)).data.myTickets.nodes).toHaveLength(3);
    await expect(readFile(join(dataFolder, 'postgres', 'password'))).rejects.toThrow('ENOENT');
    usher.child.kill('SIGTERM');
    expect(await usher.exit).toBe(0);
  });

  it.each([
    ['its sources', start],
    ['its build', startBuilt],
  ])(
    'in production %s load no demo data, print no token, and hide GraphiQL and introspection',
    async (_what, startIt) => {
      const usher = startIt({ ...PRODUCTION, DATABASE_URL: database.url });
      await usher.until(/listens on http:\/\/127\.0\.0\.1:\d+/);
      expect(usher.output()).not.toMatch(/eyJ/);
      const origin = /http:[^\s"]+/.exec(usher.output())?.[0];
      const page = await fetch(`${origin}/graphql`, { headers: { accept: 'text/html' } });
      expect(page.headers.get('content-type')).not.toContain('html');
      expect((await fetch(`${origin}/demo/users`)).status).toBe(404);
      const introspected = await fetch(`${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{ __schema { queryType { name } } }"}',
      });
      expect((await introspected.json()).data).toBeUndefined();
      const sql = postgres(database.url, { max: 1 });
      expect(await sql`select count(*)::int as count from users`).toEqual([{ count: 0 }]);
      await sql.end();
      usher.child.kill('SIGTERM');
      expect(await usher.exit).toBe(0);
      const lines = usher.output().trim().split('\n');
      expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
        expect.stringContaining('Usher listens on http'),
        ...Array(lines.length - 3).fill('request'),
        'Usher is stopping',
        'Usher has stopped',
      ]);
    },
  );
});

describe('GraphiQL', () => {
  it.each([
    ['in production', { ...PRODUCTION, GRAPHIQL: 'true' }],
    ['where another issuer signs the tokens', { ROLE: 'api', JWKS_URL: 'https://login.example.com/keys' }],
  ])('has neither token nor examples %s', async (_where, environment) => {
    const database = await createTestDatabase();
    const production = 'NODE_ENV' in environment;
    await database.db
      .insert(databaseEnvironment)
      .values({ environment: production ? 'production' : 'development' });
    await givenCatalogue(database.db);
    await givenTicket(database.db, { id: 'TKT-1', showStart: new Date(Date.now() + 48 * HOUR) });
    const usher = start({ ...environment, DATABASE_URL: database.url });
    await usher.until(/http:\/\/127\.0\.0\.1:\d+/);
    const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(usher.output())?.[0];
    const page = await (await fetch(`${origin}/graphql`, { headers: { accept: 'text/html' } })).text();
    const options = /querySelector\('#root'\),\s+(\{.*\}),?\s+\);/.exec(page)?.[1] ?? '';
    expect(JSON.parse(options)).toEqual({
      title: 'Usher GraphiQL',
      endpoint: '/graphql',
      defaultEditorToolsVisibility: 'variables',
    });
    expect(page).not.toMatch(/TKT-1|CancelAgain|Bearer eyJ/);
    usher.child.kill('SIGTERM');
    await usher.exit;
    await database.close();
  });
});

describe('with the packages that a production install has', () => {
  let install: string;
  let database: TestDatabase;
  beforeAll(async () => {
    install = join(folder, 'install');
    execFileSync('npm', ['run', '-s', 'build:server']);
    await cp('dist', join(install, 'dist'), { recursive: true });
    await cp('package.json', join(install, 'package.json'));
    const { dependencies } = JSON.parse(await readFile('package.json', 'utf8'));
    for (const name of Object.keys(dependencies)) {
      const link = join(install, 'node_modules', name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(resolve('node_modules', name), link);
    }
    database = await createTestDatabase();
  });
  afterAll(() => database.close());
  const startInstalled = (environment: Record<string, string>) =>
    runBuiltMain({ PORT: '0', DATA_FOLDER: join(folder, 'installed'), ...environment }, install);

  it('the build starts', async () => {
    const usher = startInstalled({ ...PRODUCTION, DATABASE_URL: database.url });
    await usher.until(/listens on http:/);
    usher.child.kill('SIGTERM');
    expect(await usher.exit).toBe(0);
  });

  it('GRAPHIQL=true ends the start with a line that names the package and the command', async () => {
    const usher = startInstalled({ ...PRODUCTION, DATABASE_URL: database.url, GRAPHIQL: 'true' });
    expect(await usher.exit).toBe(1);
    expect(usher.output()).toMatch(
      /GRAPHIQL: the npm package @graphql-yoga\/render-graphiql is not installed: run `npm ci --omit=dev` /,
    );
    expect(usher.output()).not.toMatch(/^ +at /m);
  });

  it('a start that would embed a database ends with a line that says what is missing', async () => {
    const usher = startInstalled({});
    expect(await usher.exit).toBe(1);
    expect(usher.output()).toMatch(
      /^The embedded PostgreSQL is not installed .* without --omit=optional, or set DATABASE_URL/m,
    );
    expect(usher.output()).not.toMatch(/^ +at /m);
  });
});

describe('a start that cannot succeed ends with one clear line and exit code 1', () => {
  const lineOf = async (environment: Record<string, string>) => {
    const usher = start(environment);
    expect(await usher.exit).toBe(1);
    expect(usher.output()).not.toMatch(/^ +at /m);
    return usher.output();
  };

  it('on a busy port', async () => {
    const { port, close } = await busyPort();
    const output = await lineOf({ PORT: port });
    expect(output).toBe(
      `Port ${port} is in use, perhaps by another Usher. Stop it, or set PORT to another.\n`,
    );
    await close();
  });

  it('on a busy port for metrics', async () => {
    const { port, close } = await busyPort();
    expect(await lineOf({ METRICS_PORT: port })).toContain('set METRICS_PORT to another');
    await close();
  });

  it('without the database of DATABASE_URL', async () => {
    const output = await lineOf({ DATABASE_URL: 'postgres://usher:hunter2@127.0.0.1:1/usher' });
    expect(output).toBe('Cannot reach the database of DATABASE_URL (ECONNREFUSED). Is it running?\n');
  });

  it('with a wrong name of the database', async () => {
    const database = await createTestDatabase();
    const output = await lineOf({ DATABASE_URL: database.url.replace(/[^/]+$/, 'nowhere') });
    expect(output).toBe('The database that DATABASE_URL names does not exist. Create it first.\n');
    await database.close();
  });

  it('when the data folder is a file', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await lineOf({ DATA_FOLDER: join(folder, 'file', 'data') })).toMatch(/file\/data/);
  });

  it.skipIf(process.getuid?.() === 0)('when the data folder cannot be written', async () => {
    const closed = join(folder, 'closed');
    await mkdir(closed);
    await chmod(closed, 0o500);
    expect(await lineOf({ DATA_FOLDER: join(closed, 'data') })).toMatch(/closed/);
  });

  it('in production without its settings, which are all named', async () => {
    const output = await lineOf({ NODE_ENV: 'production' });
    for (const name of [
      'DATABASE_URL',
      'JWT_SECRET or JWKS_URL',
      'JWT_ISSUER',
      'JWT_AUDIENCE',
      'PUBLIC_URL',
    ]) {
      expect(output).toContain(`  ${name}: `);
    }
  });
});

describe('npm run token', () => {
  const command = (args: string[], environment: Record<string, string> = {}) =>
    runUsher('src/app/commands/token.ts', args, { DATA_FOLDER: join(folder, 'token'), ...environment });

  it('prints a token and nothing else', async () => {
    const printed = command(['user-meera']);
    expect(await printed.exit).toBe(0);
    expect(printed.output()).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });

  it.each([
    ['in production', ['user-meera'], { NODE_ENV: 'production', JWT_SECRET: 'x'.repeat(32) }],
    ['without a user', [], {}],
    ['where an issuer has the keys', ['user-meera'], { JWKS_URL: 'https://id.example.com/jwks' }],
  ])('refuses %s', async (_words, args, environment) => {
    const refused = command(args, environment as Record<string, string>);
    expect(await refused.exit).toBe(1);
    expect(refused.output()).not.toContain('eyJ');
  });
});

describe('npm run refunds', () => {
  it('says how it is used, what is stuck, and that there is no such refund', async () => {
    const database = await createTestDatabase();
    const environment = { DATABASE_URL: database.url };
    const command = async (...args: string[]) => {
      const run = runUsher('src/app/commands/refunds.ts', args, environment);
      expect(await run.exit).toBe(0);
      return run.output();
    };
    expect(await command()).toMatch(/^Usage/);
    expect(await command('list', '--stuck')).toMatch(/^Refunds that are stuck or were made twice: none$/m);
    const unknown = runUsher('src/app/commands/refunds.ts', ['retry', 'refund-none'], environment);
    expect(await unknown.exit).toBe(1);
    expect(unknown.output()).toBe('There is no refund refund-none.\n');
    await database.close();
  });
});

describe('npm run db:reset', () => {
  it('of a database of one’s own wants to be told twice', async () => {
    const database = await createTestDatabase();
    const environment = { DATABASE_URL: database.url, DATA_FOLDER: join(folder, 'reset') };
    const asked = runUsher('src/app/commands/reset-database.ts', [], environment);
    expect(await asked.exit).toBe(1);
    expect(asked.output()).toContain('-- --yes');
    const done = runUsher('src/app/commands/reset-database.ts', ['--yes'], environment);
    expect(await done.exit).toBe(0);
    const usher = start(environment);
    await usher.until('Ctrl-C stops it');
    usher.child.kill('SIGTERM');
    await usher.exit;
    await database.close();
  });
});
