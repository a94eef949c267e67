import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { signToken } from '../../src/api/auth/sign-token.ts';
import { startEmbeddedPostgres } from '../../src/dev/embedded-postgres/start-embedded-postgres.ts';
import { openDatabase } from '../../src/platform/db/database.ts';
import { type Findings, say } from '../faults/findings.ts';
import { freePorts } from '../faults/free-ports.ts';
import { runToVerdict } from '../faults/run-to-verdict.ts';
import type { CleanUp } from '../faults/stage.ts';
import { until } from '../faults/until.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';
import { makeBase } from './make-base.ts';
import { installPodman, type Podman } from './podman.ts';

/**
 * npm run test:image: builds ops/Dockerfile, and runs the image as ops/compose.yaml does, by Podman, on a database of its
 * own. Needs root on Debian, and no daemon. Ends with 1 when anything does not fit.
 */

/** MB on the disk, as du counts them. */
const NODE_MODULES_AT_MOST = 120;
const IMAGE = 'usher';
const TOKENS = { secret: 'a secret of the tests that is long enough', issuer: 'tests', audience: 'usher' };

/** The restrictions of ops/compose.yaml. Limits that Podman would raise above those of this machine are lowered. */
const RESTRICTED = [
  ...['--read-only', '--read-only-tmpfs=false', '--cap-drop=all', '--security-opt=no-new-privileges'],
  ...['--memory=640m', '--network=host', '--ulimit=nofile=4096:4096', '--ulimit=nproc=1000:1000'],
];
/** To its end, which must come within a minute. */
const ONCE = ['run', '--rm', '--timeout=60', '--no-healthcheck', ...RESTRICTED];

async function run(findings: Findings, onCleanUp: CleanUp): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'usher-image-'));
  // The database runs as another user, who has to get there.
  await chmod(work, 0o755);
  const podman = installPodman(work);
  onCleanUp(async () => {
    await podman('rm', '--all', '--force', '--time=5');
    await podman('rmi', '--all', '--force');
    await rm(work, { recursive: true });
  });
  const expect = (what: string, isSo: boolean) =>
    isSo ? findings.count(`as expected: ${what}`) : findings.broken(what);

  await build(podman, work);
  const megabytes = await podman(...ONCE, IMAGE, 'du', '-sm', 'node_modules');
  findings.count('MB: node_modules', Number.parseInt(megabytes, 10));
  const sizeOf = async (image: string) =>
    Math.round(Number(await podman('image', 'inspect', '--format={{.Size}}', image)) / 1e6);
  const base = await sizeOf('usher-base');
  findings.count('MB: the base image', base);
  findings.count('MB: added to it', (await sizeOf(IMAGE)) - base);
  expect('node_modules is small', Number.parseInt(megabytes, 10) <= NODE_MODULES_AT_MOST);

  const database = await startEmbeddedPostgres({ dataFolder: join(work, 'postgres'), durable: false });
  onCleanUp(database.stop);
  const [port = 0, apiMetrics = 0, workerMetrics = 0] = await freePorts(3);
  const origin = `http://127.0.0.1:${port}`;
  const settings = settingsOf({ DATABASE_URL: database.url, PORT: String(port) });

  say('migrating');
  await podman(...ONCE, ...settings, IMAGE, 'node', 'dist/app/commands/migrate.js');
  const { db, close } = openDatabase({ url: database.url, poolSize: 2 });
  await givenCatalogue(db);
  await givenTicket(db, { id: 'TKT-1', showStart: new Date(Date.now() + 48 * HOUR) });
  await close();

  say('starting the API and the worker');
  const start = (name: string, ...environment: string[]) =>
    podman('run', '--detach', `--name=${name}`, ...RESTRICTED, ...settings, ...environment, IMAGE);
  await start('api', '--env=ROLE=api', `--env=METRICS_PORT=${apiMetrics}`);
  await start('worker', '--env=ROLE=worker', `--env=METRICS_PORT=${workerMetrics}`);
  const answers = async (url: string) => (await fetch(url).catch(() => null))?.ok === true;
  await until('the API is ready', 60, () => answers(`${origin}/readyz`));
  await until('the worker lives', 60, () => answers(`http://127.0.0.1:${workerMetrics}/healthz`));
  expect('/healthz', await answers(`${origin}/healthz`));
  expect('/ is the web client', (await (await fetch(origin)).text()).includes('<title>My bookings'));
  for (const name of ['api', 'worker']) {
    const isHealthy = podman('healthcheck', 'run', name).then(
      () => true,
      () => false,
    );
    expect(`HEALTHCHECK of the ${name}`, await isHealthy);
    const [, ...processes] = (await podman('top', name, 'pid', 'huser', 'args')).split('\n');
    const isNode = /^1 +10001 +node .*dist\/main\.js$/.test(processes[0] ?? '');
    expect(`the ${name} is one process, Node, as a user without rights`, isNode && processes.length === 1);
  }

  const authorization = `Bearer ${await signToken('user-asha', TOKENS.secret, TOKENS)}`;
  const lists = async () => {
    const body = '{"query":"{ myTickets { nodes { id } } }"}';
    const headers = { 'content-type': 'application/json', authorization };
    const response = await fetch(`${origin}/graphql`, { method: 'POST', headers, body });
    return JSON.stringify(await response.json()) === '{"data":{"myTickets":{"nodes":[{"id":"TKT-1"}]}}}';
  };
  expect('a list', await lists());

  say('stopping');
  const stopping = podman('stop', '--time=35', 'api', 'worker');
  await until('/readyz says that it stops', 10, async () => !(await answers(`${origin}/readyz`)), 10);
  expect('a list while it drains', await lists());
  await stopping;
  for (const name of ['api', 'worker'])
    expect(`the ${name} exits with 0`, (await podman('wait', name)) === '0');

  const refuses = async (what: string, said: RegExp, ...environment: string[]) => {
    const { code, stdout, stderr } = await podman(...ONCE, ...environment, IMAGE).then(
      () => ({ code: 0, stdout: '', stderr: '' }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    const printed = `${stdout}${stderr}`;
    expect(what, code === 1 && said.test(printed) && !/^ +at /m.test(printed));
  };
  const graphiql = ['--env=ROLE=api', '--env=GRAPHIQL=true'];
  await refuses('GRAPHIQL=true names its package', /GRAPHIQL: the npm package /, ...settings, ...graphiql);
  await refuses('missing settings are named', /DATABASE_URL: must be set in production/);
}

async function build(podman: Podman, work: string): Promise<void> {
  say('making a base image');
  const files = join(work, 'base');
  await makeBase(files, work);
  const archive = join(work, 'base.tar');
  execFileSync('tar', ['--create', '--file', archive, '--directory', files, '.']);
  await podman('import', '--change=ENV PATH=/usr/local/bin:/usr/bin:/bin', archive, 'usher-base');
  say('building the image');
  const cache = join(homedir(), '.npm');
  await mkdir(cache, { recursive: true });
  await podman(
    ...['build', '--isolation=chroot', '--format=docker', '--file=ops/Dockerfile', `--tag=${IMAGE}`],
    ...['--build-arg=BASE=localhost/usher-base', `--volume=${cache}:/root/.npm`, '.'],
  );
}

/** Everything that production needs. Nothing listens where the providers would be: nothing is sent here. */
function settingsOf(own: Record<string, string>): string[] {
  const nowhere = 'http://127.0.0.1:9';
  const settings = {
    ...{ HOST: '127.0.0.1', PUBLIC_URL: 'https://usher.example.com', DRAIN_SECONDS: '3', WEB_CLIENT: 'true' },
    ...{ JWT_SECRET: TOKENS.secret, JWT_ISSUER: TOKENS.issuer, JWT_AUDIENCE: TOKENS.audience },
    ...{ RAZORPAY_KEY_ID: 'key', RAZORPAY_KEY_SECRET: 'secret', RAZORPAY_WEBHOOK_SECRET: 'secret' },
    ...{ RAZORPAY_URL: nowhere, SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'tickets@usher.example.com' },
    ...{ TWILIO_ACCOUNT_SID: 'AC1', TWILIO_AUTH_TOKEN: 'token', TWILIO_FROM: 'Usher', TWILIO_URL: nowhere },
    ...own,
  };
  return Object.entries(settings).map(([name, value]) => `--env=${name}=${value}`);
}

await runToVerdict('building and running the image', run);
