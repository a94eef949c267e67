import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { openForSeeding } from '../../src/dev/seed/open-for-seeding.ts';
import { systemClock } from '../../src/platform/db/clock.ts';
import { migrateDatabase } from '../../src/platform/db/migrate.ts';
import { cancelWithoutApi } from '../support/cancel-ticket.ts';
import { givenManyRefunds } from '../support/many-refunds.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';
import { startBenchServer } from './bench-database.ts';
import { cleanUp, cleanUpOnSignals, onCleanUp } from './clean-up.ts';
import { CONTENDERS, type Contender } from './contender.ts';
import { cpuOfProcess } from './cpu-meter.ts';
import { say } from './say.ts';
import { startMailSink, startSlowProvider } from './slow-provider.ts';

/**
 * npm run bench:refunds -- [--rounds N] [--seconds N] [--backlog N] [--answers-in MS]
 * [--status processed|pending] [--calls-at-once N]: how many refunds of a backlog a worker sends in a minute, to a provider
 * that answers after a pause. A processed refund also causes a mail. With EARLIER=FOLDER, a clone of another commit that
 * is installed and built, that one is measured in turns.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '20' },
    backlog: { type: 'string', default: '10000' },
    'answers-in': { type: 'string', default: '50' },
    status: { type: 'string', default: 'processed' },
    'calls-at-once': { type: 'string' },
  },
});
const STARTS_WITHIN_MS = 30_000;

interface Result {
  title: string;
  perMinute: number;
  /** Of the worker. */
  cpuMsPerRefund: number;
  mostCalls: number;
}

async function run(): Promise<Result[]> {
  say('building Usher');
  execFileSync('npm', ['run', '-s', 'build:server']);
  const serverUrl = await startBenchServer();
  const admin = postgres(serverUrl, { max: 1, onnotice: () => {} });
  onCleanUp(() => admin.end({ timeout: 5 }));
  const urlOf = (name: string) => Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
  await admin.unsafe('create database backlog');
  await fill(urlOf('backlog'), Number(values.backlog));
  const provider = await startSlowProvider(Number(values['answers-in']), values.status);
  const smtpUrl = await startMailSink();

  const measure = async (contender: Contender, name: string): Promise<Result> => {
    await admin.unsafe(`create database ${name} template backlog`);
    const url = urlOf(name);
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    const sent = async () => {
      const [row] = await sql<{ count: number }[]>`
        select count(*)::int as count from refunds where gateway_refund_id is not null`;
      return row?.count ?? 0;
    };
    const worker = startWorker(contender, {
      DATABASE_URL: url,
      RAZORPAY_URL: provider.url,
      SMTP_URL: smtpUrl,
    });
    for (const end = Date.now() + STARTS_WITHIN_MS; (await sent()) === 0; await sleep(20))
      if (Date.now() > end) throw new Error(`${contender.title} sends no refund`);
    provider.mostAtOnce();
    const before = { sent: await sent(), cpu: await cpuOfProcess(worker.pid), at: performance.now() };
    await sleep(Number(values.seconds) * 1_000);
    const count = (await sent()) - before.sent;
    const seconds = (performance.now() - before.at) / 1_000;
    const cpu = (await cpuOfProcess(worker.pid)) - before.cpu;
    if (before.sent + count > Number(values.backlog))
      throw new Error('the backlog is too small: --backlog N');
    await worker.stop();
    await sql.end();
    await admin.unsafe(`drop database ${name} with (force)`);
    const result = {
      title: contender.title,
      perMinute: (count / seconds) * 60,
      cpuMsPerRefund: cpu / count,
      mostCalls: provider.mostAtOnce(),
    };
    say(`${result.title}: ${result.perMinute.toFixed(0)} refunds a minute`);
    return result;
  };

  const measured = CONTENDERS.filter(({ name }) => name === 'usher' || name === 'earlier');
  const results: Result[] = [];
  for (let round = 1; round <= Number(values.rounds); round += 1)
    for (const contender of measured) results.push(await measure(contender, `${contender.name}_${round}`));
  return results;
}

/** Each refund is of a ticket of its own, cancelled a moment ago. */
async function fill(url: string, backlog: number): Promise<void> {
  await migrateDatabase(url);
  const { db, close } = openForSeeding(url);
  await givenCatalogue(db);
  await givenTicket(db, { id: 'TKT-1', showStart: new Date(Date.now() + 6 * HOUR) });
  await cancelWithoutApi(db, systemClock, { ticketId: 'TKT-1' });
  await givenManyRefunds(db, backlog - 1);
  await db.execute('analyze');
  await close();
  say(`${backlog} refunds are due`);
}

function startWorker({ command, environment }: Contender, settings: Record<string, string>) {
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env;
  const child = spawn(process.execPath, command, {
    env: {
      ...{ PATH, HOME, TMPDIR, ...environment },
      ...{ NODE_ENV: 'production', ROLE: 'worker', METRICS_PORT: '0', LOG_LEVEL: 'error' },
      ...{ RAZORPAY_KEY_ID: 'rzp_bench', RAZORPAY_KEY_SECRET: 'rzp_bench_secret' },
      ...{ MAIL_FROM: 'tickets@usher.example.com', ...settings },
      ...(values['calls-at-once'] && { RAZORPAY_CALLS_AT_ONCE: values['calls-at-once'] }),
    },
    stdio: ['ignore', 2, 2],
  });
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    const impatience = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await exited;
    clearTimeout(impatience);
  };
  onCleanUp(stop);
  return { pid: child.pid ?? 0, stop };
}

function table(results: Result[]): string {
  const median = (numbers: number[]) =>
    numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
  const rows = [...new Set(results.map(({ title }) => title))].map((title) => {
    const of = results.filter((result) => result.title === title);
    const perMinute = of.map((result) => result.perMinute);
    const cpu = median(of.map(({ cpuMsPerRefund }) => cpuMsPerRefund));
    const span = `${Math.min(...perMinute).toFixed(0)} to ${Math.max(...perMinute).toFixed(0)}`;
    const calls = Math.max(...of.map(({ mostCalls }) => mostCalls));
    return `| ${title} | ${median(perMinute).toFixed(0)} | ${span} | ${cpu.toFixed(1)} | ${calls} |`;
  });
  return `| | refunds a minute | rounds | worker CPU ms each | most calls at once |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

cleanUpOnSignals();
const exitCode = await run()
  .then(
    (results) => {
      process.stdout.write(`\n${table(results)}`);
      return 0;
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
      return 1;
    },
  )
  .finally(cleanUp);
process.exit(exitCode);
