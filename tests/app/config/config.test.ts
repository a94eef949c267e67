import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../../src/app/config/config.ts';
import { variables } from '../../../src/app/config/variables.ts';
import { placeOf } from '../../../src/platform/db/connection-url.ts';

const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://usher:secret@db/usher',
  JWT_SECRET: 'x'.repeat(32),
  JWT_ISSUER: 'https://id.example.com',
  JWT_AUDIENCE: 'usher',
  PUBLIC_URL: 'https://usher.example.com',
  RAZORPAY_KEY_ID: 'rzp_live_1',
  RAZORPAY_KEY_SECRET: 'secret',
  RAZORPAY_WEBHOOK_SECRET: 'secret',
  SMTP_URL: 'smtp://mail.example.com',
  MAIL_FROM: 'Usher <tickets@example.com>',
  TWILIO_ACCOUNT_SID: 'AC1',
  TWILIO_AUTH_TOKEN: 'secret',
  TWILIO_FROM: '+15005550006',
};

function problemsOf(environment: NodeJS.ProcessEnv): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
  }
  return 'none';
}

it('needs nothing outside production: loopback, GraphiQL, introspection, an embedded database', () => {
  const config = readConfig({});
  expect(config).toMatchObject({ production: false, host: '127.0.0.1', port: 4000, databaseUrl: null });
  expect(config).toMatchObject({
    graphiql: true,
    introspection: true,
    cancelAttemptsPerHour: 5,
    tokenKey: null,
  });
});

it('names the organizer of calendar files by MAIL_FROM, and by nothing made up in production', () => {
  expect(readConfig(production).organizer).toBe('tickets@example.com');
  expect(readConfig({}).organizer).toBe('tickets@usher.example.com');
  const { SMTP_URL, MAIL_FROM, ...api } = production;
  expect(readConfig({ ...api, ROLE: 'api' }).organizer).toBeNull();
});

it('takes an empty variable as one that is not set', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: '' })).toMatchObject({ port: 4000, databaseUrl: null });
});

it('reads .env.example as it is as no settings at all, in a container too', async () => {
  const example = parseEnv(await readFile('.env.example', 'utf8'));
  expect(Object.keys(example).sort()).toEqual(Object.keys(variables.shape).sort());
  expect(readConfig(example)).toEqual(readConfig({}));
  expect(readConfig({ ...example, ...production })).toEqual(readConfig(production));
});

it('closes GraphiQL and introspection in production unless they are asked for', () => {
  expect(readConfig(production)).toMatchObject({ host: '0.0.0.0', graphiql: false, introspection: false });
  expect(readConfig({ ...production, GRAPHIQL: 'true', INTROSPECTION: 'true' })).toMatchObject({
    graphiql: true,
    introspection: true,
  });
});

it('asks an API for nothing that only a worker needs, and the other way round', () => {
  const { DATABASE_URL, JWT_SECRET, JWT_ISSUER, JWT_AUDIENCE, PUBLIC_URL, RAZORPAY_WEBHOOK_SECRET } =
    production;
  const api = { DATABASE_URL, JWT_SECRET, JWT_ISSUER, JWT_AUDIENCE, PUBLIC_URL, RAZORPAY_WEBHOOK_SECRET };
  expect(problemsOf({ NODE_ENV: 'production', ROLE: 'api', ...api })).toBe('none');
  const { JWT_SECRET: _, JWT_ISSUER: __, JWT_AUDIENCE: ___, PUBLIC_URL: ____, ...worker } = production;
  expect(problemsOf({ ...worker, ROLE: 'worker', RAZORPAY_WEBHOOK_SECRET: '' })).toBe('none');
  expect(problemsOf({ ...worker, ROLE: 'worker', SMTP_URL: '' })).toContain('SMTP_URL: ');
});

it('asks a command for the database alone', () => {
  const { NODE_ENV, DATABASE_URL } = production;
  expect(readConfig({ NODE_ENV, DATABASE_URL }, 'command')).toMatchObject({ environment: 'production' });
  expect(() => readConfig({ NODE_ENV }, 'command')).toThrow('DATABASE_URL: must be set in production');
  expect(readConfig({}, 'command')).toMatchObject({ environment: 'development', databaseUrl: null });
});

it('sends no SMS where Twilio is not set, and wants all of it or nothing', () => {
  const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM, ...without } = production;
  expect(readConfig(without).twilio).toBeNull();
  expect(problemsOf({ ...without, TWILIO_FROM })).toContain('TWILIO_AUTH_TOKEN: must be set too');
  expect(problemsOf({ ...without, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN })).toContain('TWILIO_FROM: must be');
});

it('serves the web client outside production, and in production where it is asked for', () => {
  expect(readConfig({}).webClient).toBe(true);
  expect(readConfig({ WEB_CLIENT: 'false' }).webClient).toBe(false);
  expect(readConfig(production).webClient).toBe(false);
  expect(readConfig({ ...production, WEB_CLIENT: 'true' }).webClient).toBe(true);
});

it.each([
  ['DATABASE_URLL', 'DATABASE_URL'],
  ['DATABASE_URI', 'DATABASE_URL'],
  ['database_url', 'DATABASE_URL'],
  ['LOGLEVEL', 'LOG_LEVEL'],
  ['NODE-ENV', 'NODE_ENV'],
  ['CORS_ORIGIN', 'CORS_ORIGINS'],
  ['PORTS', 'PORT'],
])('says that %s is not a setting, but that %s is', (name, meant) => {
  const notice = `${name}: is not a setting of Usher. Did you mean ${meant}?`;
  expect(readConfig({ [name]: 'x' }).notices).toEqual([notice]);
  expect(problemsOf({ NODE_ENV: 'production', [name]: 'x' })).toContain(notice);
});

it('says nothing of what shells, containers and other programs set', () => {
  const others = ['HOME', 'HOSTNAME', 'PATH', 'PWD', 'PGHOST', 'POSTGRES_PORT', 'USHER_PORT', 'NODE_OPTIONS'];
  const environment = Object.fromEntries(
    [...others, 'TEST_DATABASE_URL', 'SMTP_HOST'].map((name) => [name, 'x']),
  );
  expect(readConfig(environment).notices).toEqual([]);
});

it('limits the age of tokens only where it is asked to', () => {
  expect(readConfig(production).tokenMaxAgeMs).toBeNull();
  expect(readConfig({ ...production, JWT_MAX_AGE_SECONDS: '900' }).tokenMaxAgeMs).toBe(900_000);
  expect(problemsOf({ JWT_MAX_AGE_SECONDS: '15m' })).toContain('JWT_MAX_AGE_SECONDS: must be a whole number');
  expect(problemsOf({ JWT_MAX_AGE_SECONDS: '0' })).toContain('JWT_MAX_AGE_SECONDS: must be from 60');
});

it('names every variable that production misses', () => {
  const problems = problemsOf({ NODE_ENV: 'production' });
  for (const name of ['DATABASE_URL', 'JWT_SECRET or JWKS_URL', 'JWT_ISSUER', 'JWT_AUDIENCE', 'PUBLIC_URL']) {
    expect(problems).toContain(`${name}: `);
  }
});

it('names invalid and missing variables together', () => {
  const problems = problemsOf({
    ...production,
    PORT: '99999',
    JWT_SECRET: 'short',
    LOG_LEVEL: 'loud',
    JWT_ISSUER: '',
  });
  for (const name of ['PORT', 'JWT_SECRET', 'LOG_LEVEL', 'JWT_ISSUER'])
    expect(problems).toContain(`${name}: `);
});

it.each([
  ['PORT', 'http'],
  ['PORT', '-1'],
  ['DATABASE_URL', 'mysql://localhost/usher'],
  ['DATABASE_POOL_SIZE', '0'],
  ['JWT_SECRET', 'short'],
  ['JWKS_URL', 'file:///etc/keys'],
  ['CANCEL_ATTEMPTS_PER_HOUR', '0'],
  ['GRAPHIQL', 'yes'],
  ['ROLE', 'queen'],
  ['NODE_ENV', 'Production'],
  ['SMTP_URL', 'https://mail.example.com'],
  ['SMTP_URL', 'smtp://user:100%@mail.example.com'],
  ['DATABASE_URL', 'postgres://usher:%zz@db/usher'],
  ['MAIL_FROM', 'nobody'],
  ['MAIL_FROM', 'Usher <tickets@example.com>\r\nBcc: all@example.com'],
  ['MAIL_FROM', 'Usher\n <tickets@example.com>'],
  ['MAIL_FROM', 'a@example.com, b@example.com'],
  ['MAIL_FROM', 'Usher, Tickets <tickets@example.com>'],
  ['MAIL_FROM', 'Usher <tickets@example.com'],
  ['TWILIO_FROM', 'call me'.repeat(2)],
  ['TWILIO_FROM', '+1 500 555'],
  ['TWILIO_FROM', '+15005550006\n'],
  ['RAZORPAY_KEY_ID', 'rzp_live_₹'],
  ['RAZORPAY_KEY_ID', 'rzp:live'],
  ['RAZORPAY_KEY_SECRET', 'secret\n'],
  ['TWILIO_AUTH_TOKEN', 'пароль'],
  ['JWT_ISSUER', ' '],
  ['JWT_AUDIENCE', ' '],
  ['JWT_AUDIENCE', 'usher\n'],
  ['PUBLIC_URL', 'https://usher.example.com/?a=1'],
  ['PUBLIC_URL', 'https://usher.example.com/#a'],
  ['CORS_ORIGINS', 'https://app.example.com,'],
  ['CORS_ORIGINS', 'https://app.example.com/'],
  ['CORS_ORIGINS', 'https://*'],
  ['CORS_ORIGINS', 'https://*.com'],
  ['CORS_ORIGINS', 'https://app-*.example.com'],
  ['CORS_ORIGINS', 'https://*.*.example.com'],
  ['CORS_ORIGINS', 'http://localhost:*'],
  ['CORS_ORIGINS', 'https://*.example.com/'],
  ['CORS_ORIGINS', 'capacitor://localhost/'],
  ['CORS_ORIGINS', 'capacitor://*'],
  ['CORS_ORIGINS', 'file://localhost'],
  ['CORS_ORIGINS', 'https://app.example.com:443'],
  ['CORS_ORIGINS', 'null'],
])('refuses %s=%s', (name, value) => {
  expect(problemsOf({ [name]: value })).toContain(`${name}: `);
});

it.each([
  ['DATABASE_URL', 'postgres://usher:p%40ss@db/usher'],
  ['MAIL_FROM', 'tickets@example.com'],
  ['MAIL_FROM', 'लक्ष\u200dमी टिकट <tickets@example.com>'],
  ['MAIL_FROM', '"Usher, Tickets" <tickets@example.com>'],
  ['CORS_ORIGINS', 'https://app.example.com, http://localhost:3000'],
  ['CORS_ORIGINS', 'https://*.example.com, https://*.app.example.com:8443, http://*.example.test'],
  ['CORS_ORIGINS', 'capacitor://localhost,ionic://localhost, tauri://localhost, app://com.example.usher'],
  ['PUBLIC_URL', 'https://usher.example.com/api/'],
])('takes %s=%s', (name, value) => {
  expect(problemsOf({ [name]: value })).toBe('none');
});

it.each(['+15005550006', '56789', 'USHER', 'Usher 1'])('takes SMS from %s', (from) => {
  expect(problemsOf({ ...production, TWILIO_FROM: from })).toBe('none');
});

it('refuses half a setting, which would else be taken for none', () => {
  expect(problemsOf({ RAZORPAY_KEY_ID: 'rzp_test_1' })).toContain(
    'RAZORPAY_KEY_SECRET: must be set too, since RAZORPAY_KEY_ID is',
  );
  const twilio = problemsOf({ TWILIO_AUTH_TOKEN: 'secret' });
  for (const name of ['TWILIO_ACCOUNT_SID', 'TWILIO_FROM']) expect(twilio).toContain(`${name}: `);
  expect(problemsOf({ ROLE: 'api', RAZORPAY_KEY_ID: 'rzp_test_1' })).toBe('none');
});

it('says how to write a % in a URL, and that no comma ends the origins', () => {
  expect(problemsOf({ DATABASE_URL: 'postgres://usher:%zz@db/usher' })).toContain('%25');
  expect(problemsOf({ CORS_ORIGINS: 'https://app.example.com,' })).toContain('none at the end');
});

it('refuses two ways to check tokens', () => {
  expect(problemsOf({ ...production, JWKS_URL: 'https://id.example.com/jwks' })).toContain('only one');
});

it('never prints a secret', () => {
  expect(problemsOf({ ...production, PORT: 'x', JWT_SECRET: 'hunter2' })).not.toContain('hunter2');
});

it('takes a pooler for what goes by DATABASE_URL when there is a direct way, too', () => {
  const [DATABASE_URL, DATABASE_DIRECT_URL] = ['postgres://pooler/usher', 'postgres://db/usher'];
  expect(readConfig({ DATABASE_URL })).toMatchObject({ databaseUrl: DATABASE_URL, pooler: null });
  const pooled = { DATABASE_URL, DATABASE_DIRECT_URL };
  expect(readConfig(pooled)).toMatchObject({
    databaseUrl: DATABASE_DIRECT_URL,
    pooler: { url: DATABASE_URL, prepare: true },
  });
  expect(readConfig({ ...pooled, DATABASE_PREPARE: 'false' }).pooler?.prepare).toBe(false);
  expect(problemsOf({ DATABASE_URL, DATABASE_PREPARE: 'false' })).toContain(
    'DATABASE_DIRECT_URL: must be set',
  );
  expect(problemsOf({ DATABASE_DIRECT_URL })).toContain('DATABASE_URL: must be set');
});

it('has a cluster of API processes only', () => {
  expect(readConfig({}).cluster).toBe(1);
  expect(problemsOf({ CLUSTER: '4' })).toBe('none');
  expect(problemsOf({ CLUSTER: '0' })).toContain('CLUSTER: must be from 1 to 64');
  expect(problemsOf({ CLUSTER: '2', ROLE: 'worker', DATABASE_URL: 'postgres://db/usher' })).toContain(
    'CLUSTER: ',
  );
});

it('takes several hosts of one database, and replicas', () => {
  const DATABASE_URL = 'postgres://usher:secret@a,b:5433/usher?target_session_attrs=read-write';
  const DATABASE_REPLICA_URLS = 'postgres://usher:secret@c/usher, postgres://usher:secret@d/usher';
  expect(readConfig({ DATABASE_URL, DATABASE_REPLICA_URLS })).toMatchObject({
    databaseUrl: 'postgres://usher:secret@a:5432,b:5433/usher?target_session_attrs=read-write',
    replicaUrls: ['postgres://usher:secret@c/usher', 'postgres://usher:secret@d/usher'],
  });
  expect(readConfig({})).toMatchObject({ replicaUrls: [] });
});

it.each([
  ['postgres:///usher?host=/run/postgresql', 'postgres://%2Frun%2Fpostgresql/usher'],
  ['postgres://usher:p%40ss@/usher?host=/run/pg&port=5433', 'postgres://usher:p%40ss@%2Frun%2Fpg:5433/usher'],
  ['postgresql:///?host=/tmp&user=usher&password=p%40ss&dbname=us', 'postgresql://usher:p%40ss@%2Ftmp/us'],
  ['postgres://usher@%2Frun%2Fpostgresql/usher', 'postgres://usher@%2Frun%2Fpostgresql/usher'],
  ['postgres:///usher?host=db.example.com', 'postgres://db.example.com/usher'],
  ['postgres://db/usher?schema=public', 'postgres://db/usher'],
  ['postgres://db/usher?schema=public&sslmode=disable', 'postgres://db/usher?sslmode=disable'],
])('takes %s as libpq does', (given, read) => {
  expect(readConfig({ DATABASE_URL: given }).databaseUrl).toBe(read);
});

it('never shows a part of a password where it names a database', () => {
  expect(placeOf('postgres://usher:top@secret@db:5432/usher?sslmode=disable')).toBe('db:5432/usher');
  expect(placeOf('postgres://usher:secret@%2Frun%2Fpg/usher')).toBe('/run/pg/usher');
});

it.each(['postgres://db/usher?schema=usher', 'postgres://db/usher?search_path=a,public'])(
  'refuses the schema of %s in words',
  (url) => {
    expect(problemsOf({ DATABASE_URL: url })).toContain("Usher's tables are in the schema public");
  },
);

it.each([
  'postgres://a,,b/usher',
  'postgres://%2Frun%2Fa,%2Frun%2Fb/usher',
  'postgres:///usher?host=/run/a,/run/b',
  'postgres://a:0x1,b/usher',
  'postgres://a/usher?target_session_attrs=standby',
])('refuses %s as the database', (url) => {
  expect(problemsOf({ DATABASE_URL: url })).toContain('DATABASE_URL: ');
});

it.each(['postgres://a/usher,', 'mysql://a/usher', 'postgres://a/usher,postgres://a/usher'])(
  'refuses %s as replicas',
  (urls) => {
    expect(problemsOf({ DATABASE_URL: 'postgres://a/usher', DATABASE_REPLICA_URLS: urls })).toContain(
      'DATABASE_REPLICA_URLS: ',
    );
  },
);

it('refuses replicas of the embedded database', () => {
  expect(problemsOf({ DATABASE_REPLICA_URLS: 'postgres://a/usher' })).toContain(
    'DATABASE_URL: must be set too',
  );
});
