import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import postgres from 'postgres';
import { signToken } from '../../src/api/auth/sign-token.ts';
import { variables } from '../../src/app/config/variables.ts';
import { startEmbeddedPostgres } from '../../src/dev/embedded-postgres/start-embedded-postgres.ts';
import { apiEnvironment, TOKENS } from '../faults/environments.ts';
import { type Findings, say } from '../faults/findings.ts';
import { runToVerdict } from '../faults/run-to-verdict.ts';
import type { CleanUp } from '../faults/stage.ts';
import { until } from '../faults/until.ts';
import { databaseUrl } from '../support/database-url.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { installNode, type NodeBinary } from './node-binary.ts';

/**
 * npm run test:nodes -- [--only 26]: on each Node that we support, in a clean clone: `npm start` lists and cancels, the
 * build starts in production, the schema is the same and tests pass; prints a table. Ends with 1 when anything fails.
 */
const RANGES = ['~20.19', '22', '24', '26'];
/** The clone is installed and built by this one, and has the whole suite. */
const MAIN_RANGE = '24';
/** Folders of tests that start no process. */
const FAST_TESTS = ['api/access', 'api/auth', 'api/limits', 'tickets'];

const STARTS_WITHIN_SECONDS = 180;
/** What the printed end of a failed command is worth reading. */
const LAST_CHARACTERS = 6_000;

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const ranges = RANGES.filter((range) => values.only === undefined || range === values.only);

/** Usher's settings that this shell may have. */
const UNSET = Object.fromEntries(Object.keys(variables.shape).map((name) => [name, '']));

await runToVerdict('on every Node', async (findings, onCleanUp) => {
  const folder = await mkdtemp(join(tmpdir(), 'usher nodes '));
  // Run by root, the databases are another user's, who has to get there.
  await chmod(folder, 0o755);
  onCleanUp(() => removeFolder(folder));
  const rows = await runOnEach(folder, findings, onCleanUp);
  const head = ['Node', 'npm start lists and cancels', 'production starts', 'the same schema', 'tests'];
  const table = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  process.stdout.write(`\n${table.join('\n')}\n`);
});

async function runOnEach(folder: string, findings: Findings, onCleanUp: CleanUp): Promise<string[][]> {
  const clone = join(folder, 'a clone');
  const main = await installNode(MAIN_RANGE, folder);
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1_000);
  await succeed(main, ['git', 'clone', '--quiet', process.cwd(), clone], folder);
  await succeed(main, ['npm', 'ci'], clone);
  const installed = seconds();
  await listAndCancel(main, clone);
  say(`${main.version}: clean clone to cancelled ticket in ${seconds()} s, of which npm ci ${installed} s`);
  await succeed(main, ['npm', 'run', '-s', 'build'], clone);

  const server = await startEmbeddedPostgres({ dataFolder: join(folder, 'postgres'), durable: false });
  onCleanUp(server.stop);
  const admin = postgres(server.url, { max: 1 });
  onCleanUp(() => admin.end());
  const rows: string[][] = [];
  for (const range of ranges) {
    const node = await installNode(range, folder);
    const database = `on_${node.version.replaceAll(/\W/g, '_')}`;
    await admin.unsafe(`create database ${database}`);
    const step = (name: string, work: () => Promise<string>) =>
      work().catch((error: Error) => {
        findings.broken(`${node.version}, ${name}: ${error.message}`);
        return 'FAILED';
      });
    say(`${node.version}: npm start`);
    const row = [node.version, await step('npm start', () => listAndCancel(node, clone))];
    say(`${node.version}: production`);
    row.push(await step('production', () => startProduction(node, clone, databaseUrl(server.url, database))));
    say(`${node.version}: schema and tests`);
    row.push(await step('npm run check:schema', () => checkSchema(node, clone)));
    const which = range === MAIN_RANGE ? [] : FAST_TESTS.map((test) => `tests/${test}/`);
    row.push(await step('tests', () => runTests(node, clone, which)));
    rows.push(row);
  }
  return rows;
}

/** The two commands that `npm start` prints, with the bodies that it prints. */
async function listAndCancel(node: NodeBinary, clone: string): Promise<string> {
  const environment = { DATA_FOLDER: join(clone, '.usher', node.version), PORT: '0' };
  const isReady = /^Cancel TKT[\s\S]*refundEta.*'$/m;
  await withServer(node, ['npm', 'start'], clone, environment, isReady, async (printed) => {
    if (/warning|deprecat/i.test(printed)) throw new Error(`it warns:\n${printed}`);
    const url = /GraphQL +(http\S+)/.exec(printed)?.[1] ?? '';
    const authorization = /authorization: (Bearer [^']+)/.exec(printed)?.[1] ?? '';
    const [list = '', cancel = ''] = [...printed.matchAll(/-d '(.*)'/g)].map(([, body]) => body);
    const listed = await ask(url, authorization, list);
    if (listed?.myTickets.nodes.length !== 3) throw new Error(`listed ${JSON.stringify(listed)}`);
    const cancelled = await ask(url, authorization, cancel);
    if (cancelled?.cancelTicket.status !== 'CANCELLED')
      throw new Error(`cancelled ${JSON.stringify(cancelled)}`);
  });
  return 'yes';
}

/** The build, as docs/operations.md starts it. Every line on its standard output has to be JSON. */
async function startProduction(node: NodeBinary, clone: string, url: string): Promise<string> {
  const owner = { NODE_ENV: 'production', DATABASE_URL: url };
  await succeed(node, ['node', 'dist/app/commands/migrate.js'], clone, owner);
  const environment = { ...apiEnvironment(url, 0), LOG_LEVEL: 'info' };
  const command = ['npm', 'run', '-s', 'start:production'];
  const isReady = /listens on http:[^\s"]+"/;
  const output = await withServer(node, command, clone, environment, isReady, async (printed) => {
    const origin = /http:[^\s"]+/.exec(printed)?.[0] ?? '';
    const authorization = `Bearer ${await signToken('user-asha', TOKENS.secret, TOKENS)}`;
    const query = '{"query":"{ myTickets { totalCount } }"}';
    const listed = await ask(`${origin}/graphql`, authorization, query);
    if (listed?.myTickets.totalCount !== 0) throw new Error(`listed ${JSON.stringify(listed)}`);
  });
  for (const line of output.trim().split('\n')) JSON.parse(line);
  return 'yes';
}

async function checkSchema(node: NodeBinary, clone: string): Promise<string> {
  await succeed(node, ['npm', 'run', '-s', 'check:schema'], clone);
  return 'yes';
}

async function runTests(node: NodeBinary, clone: string, which: string[]): Promise<string> {
  const command = ['npx', 'vitest', 'run', '--project', 'usher', '--reporter=dot', ...which];
  const output = stripVTControlCharacters(await succeed(node, command, clone));
  return /Tests +(.*) \(\d+\)/.exec(output)?.[1] ?? 'passed';
}

// biome-ignore lint/suspicious/noExplicitAny: the answer of a query that is only known where it is printed
async function ask(url: string, authorization: string, body: string): Promise<any> {
  const headers = { 'content-type': 'application/json', authorization };
  return ((await (await fetch(url, { method: 'POST', headers, body })).json()) as { data: unknown }).data;
}

/** Runs a command to its end. @returns what it printed */
async function succeed(
  node: NodeBinary,
  command: string[],
  cwd: string,
  environment: Record<string, string> = {},
): Promise<string> {
  const { child, output } = start(node, command, cwd, environment);
  const [code] = await once(child, 'close');
  if (code !== 0)
    throw new Error(`${command.join(' ')} ended with ${code}:\n${output().slice(-LAST_CHARACTERS)}`);
  return output();
}

/** Runs a server until its output matches, works with what it printed, and stops it in order. @returns its output */
async function withServer(
  node: NodeBinary,
  command: string[],
  cwd: string,
  environment: Record<string, string>,
  isReady: RegExp,
  work: (printed: string) => Promise<void>,
): Promise<string> {
  const { child, output } = start(node, command, cwd, environment);
  const closed = once(child, 'close');
  try {
    const what = `${command.join(' ')} is ready`;
    await until(what, STARTS_WITHIN_SECONDS, () => isReady.test(output()) || child.exitCode !== null);
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${output()}`);
    await work(output());
  } finally {
    child.kill('SIGTERM');
    await closed;
  }
  if (child.exitCode !== 0) throw new Error(`it stopped with ${child.exitCode}:\n${output()}`);
  return output();
}

function start(
  node: NodeBinary,
  [program = '', ...args]: string[],
  cwd: string,
  environment: Record<string, string>,
): { child: ChildProcess; output: () => string } {
  const PATH = [node.bin, process.env.PATH].join(delimiter);
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...UNSET, PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      printed += chunk;
    });
  return { child, output: () => printed };
}
