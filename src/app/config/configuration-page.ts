import { NEEDED_IN_PRODUCTION, type VariableName, variables } from './variables.ts';

interface Description {
  meaning: string;
  /** Only where it depends on NODE_ENV, or is no value: words, or a value in backquotes. */
  development?: string;
  production?: string;
}

type Group = [title: string, descriptions: Partial<Record<VariableName, Description>>];

const SANDBOX = 'the simulated provider';

/** What docs/configuration.md says about each variable, in its order. */
const GROUPS: Group[] = [
  [
    'Process',
    {
      NODE_ENV: {
        meaning: '`production` makes it production. `development` and `test` are the same as not set',
      },
      ROLE: {
        meaning: 'What this process does: `api` answers requests, `worker` runs jobs, `all` does both',
      },
      CLUSTER: {
        meaning:
          'API processes that share the port, 1 to 64. Above 1, a first process starts and supervises them ([scaling.md](scaling.md)). Not with `ROLE=worker`',
      },
      HOST: {
        meaning: 'Address to listen on',
        development: '`127.0.0.1`',
        production: '`0.0.0.0`',
      },
      PORT: { meaning: 'TCP port of the API; 0 takes a free one' },
      PUBLIC_URL: {
        meaning:
          'URL where clients reach the API, through the proxy. It may have a path; posters are linked below it',
        development: 'where it listens',
      },
      DRAIN_SECONDS: {
        meaning:
          'Seconds that an API keeps answering after SIGTERM, while `/readyz` says 503, so that load balancers notice. 0 to 600',
        development: '`0`',
        production: '`5`',
      },
      LOG_LEVEL: {
        meaning: 'Least severe log line: `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`',
        development: '`warn`',
        production: '`info`',
      },
      METRICS_PORT: {
        meaning:
          "TCP port of `/metrics` and of a worker's `/healthz`. Not set in development: `/metrics` is on `PORT`",
        production: '`9464`',
      },
      DATA_FOLDER: {
        meaning: 'Folder of the embedded database, the development secret, messages and the sandbox',
        production: 'not used',
      },
    },
  ],
  [
    'Database',
    {
      DATABASE_URL: {
        meaning:
          'PostgreSQL 15 to 18, UTF8. Of several hosts (`postgres://user:password@a:5432,b:5432/usher`) the one that accepts writes is used. `postgres:///usher?host=/run/postgresql` is a Unix socket. `sslmode` and the other parameters mean what they do to psql ([operations.md](operations.md#databases-and-roles))',
        development: 'an embedded PostgreSQL',
      },
      DATABASE_POOL_SIZE: {
        meaning:
          'Connections of one process, 2 to 1,000: three of ten for reads, the others for transactions. The job queue of a worker has 4 more',
      },
      DATABASE_DIRECT_URL: {
        meaning:
          'Set it when `DATABASE_URL` is a PgBouncer: the database itself, for migrations, workers and commands ([scaling.md](scaling.md#pgbouncer))',
        development: '`DATABASE_URL`',
        production: '`DATABASE_URL`',
      },
      DATABASE_PREPARE: {
        meaning:
          '`false` for a PgBouncer below 1.21, which has no prepared statements. Needs `DATABASE_DIRECT_URL`',
        development: '`true`',
        production: '`true`',
      },
      DATABASE_REPLICA_URLS: {
        meaning:
          'Synchronous standbys that serve `myTickets`, one URL each, separated by commas ([scaling.md](scaling.md#read-replicas-and-fail-over))',
      },
    },
  ],
  [
    'Tokens',
    {
      JWT_SECRET: {
        meaning: 'Secret that verifies HS256 tokens, at least 32 bytes. Not together with `JWKS_URL`',
        development: 'generated at the first start',
        production: 'this or `JWKS_URL` (api)',
      },
      JWKS_URL: {
        meaning: "URL of the issuer's key set (RS256, PS256, ES256, EdDSA)",
        production: 'this or `JWT_SECRET` (api)',
      },
      JWT_ISSUER: { meaning: 'Required `iss` of a token', development: '`usher-development`' },
      JWT_AUDIENCE: {
        meaning: "Required `aud` of a token. Its `sub` is the user's id",
        development: '`usher`',
      },
      JWT_MAX_AGE_SECONDS: {
        meaning:
          'Longest age of a token, 60 to 31,536,000 seconds from its `iat`. When set, older tokens and those without `iat` get 401, whatever their `exp` ([operations.md](operations.md#what-to-do-when))',
      },
    },
  ],
  [
    'API',
    {
      CANCEL_ATTEMPTS_PER_HOUR: {
        meaning: 'Calls of `cancelTicket` and `cancelSeats` per user and hour, over all processes',
      },
      REQUESTS_AT_ONCE: {
        meaning:
          'GraphQL requests that one process works on concurrently. Requests beyond that get 503; one user may hold a quarter',
      },
      CORS_ORIGINS: {
        meaning:
          'Origins whose pages may call the API, separated by commas, such as `https://app.example.com`, `https://*.example.com` (its subdomains, at any depth) or `capacitor://localhost`; `*` allows every page',
      },
      PERSISTED_OPERATIONS: {
        meaning:
          'Path of a JSON file of operations by id or SHA-256, as graphql-codegen, Relay, gql.tada and Apollo write it. When set, only these run',
      },
      INTROSPECTION: {
        meaning: '`true` or `false`: answer introspection queries',
        development: '`true`',
        production: '`false`',
      },
      GRAPHIQL: {
        meaning:
          '`true` or `false`: serve GraphiQL to browsers. Production does not install its package ([ops](../ops/README.md#graphiql))',
        development: '`true`',
        production: '`false`',
      },
      WEB_CLIENT: {
        meaning: '`true` or `false`: serve My bookings at `/`',
        development: '`true`',
        production: '`false`',
      },
    },
  ],
  [
    'Payment provider',
    {
      RAZORPAY_KEY_ID: { meaning: "Razorpay's key id. Set both keys or none", development: SANDBOX },
      RAZORPAY_KEY_SECRET: { meaning: "Razorpay's key secret", development: SANDBOX },
      RAZORPAY_WEBHOOK_SECRET: {
        meaning: 'Secret that signs requests to `POST /webhooks/razorpay`',
        development: SANDBOX,
      },
      RAZORPAY_WEBHOOK_SECRET_BEFORE: {
        meaning: 'The secret before a change, accepted too while the provider repeats old deliveries',
      },
      RAZORPAY_CALLS_AT_ONCE: {
        meaning: "Calls of Razorpay's API that one worker has under way at any time, at most",
      },
      RAZORPAY_URL: { meaning: "Base URL of Razorpay's API; it may have a path" },
    },
  ],
  [
    'Messages',
    {
      SMTP_URL: {
        meaning: '`smtp://user:password@host:port`, or `smtps://`',
        development: 'mails become files',
      },
      MAIL_FROM: {
        meaning:
          'Sender of mails: one address, with or without a name. Calendar files name it as the organizer, those of an API too',
      },
      TWILIO_ACCOUNT_SID: {
        meaning: "Twilio's account. Set all three or none",
        development: 'SMS become files',
        production: 'no SMS are sent',
      },
      TWILIO_AUTH_TOKEN: {
        meaning: "Twilio's token",
        development: 'SMS become files',
        production: 'no SMS are sent',
      },
      TWILIO_FROM: {
        meaning: 'Sender of SMS: a number, a short code or at most 11 letters and digits',
        development: 'SMS become files',
        production: 'no SMS are sent',
      },
      TWILIO_URL: { meaning: "Base URL of Twilio's API; it may have a path" },
    },
  ],
];

/** The text of docs/configuration.md. */
export function configurationPage(): string {
  return [
    '# Configuration',
    '',
    'Written from `src/app/config/configuration-page.ts` by `npm run docs:configuration`.',
    '',
    'Every program reads its settings from the environment, then from `.env` of its working directory. A variable that the',
    'environment has, even empty, wins over `.env`. An empty variable counts as not set. A setting that is missing or wrong',
    'stops the start with a message that names it. A variable whose name nearly matches one of these is reported at the',
    'start. `.env.example` has them all to copy, `ops/.env.example` those that production needs.',
    '',
    '"Required" names the roles that need the variable: `ROLE=all` is both. Commands need only those of the database. The',
    'simulated payment provider is a process of its own; Usher sets its `SANDBOX_` variables (`src/dev/sandbox/config.ts`).',
    ...GROUPS.flatMap(([title, descriptions]) => [
      '',
      `## ${title}`,
      '',
      '| variable | development | production | meaning |',
      '| --- | --- | --- | --- |',
      ...Object.entries(descriptions).map(([name, description]) => row(name as VariableName, description)),
    ]),
    '',
  ].join('\n');
}

/** The variables that the page describes. */
export function describedVariables(): string[] {
  return GROUPS.flatMap(([, descriptions]) => Object.keys(descriptions));
}

function row(name: VariableName, { meaning, development, production }: Description): string {
  const value = variables.parse({})[name];
  const standard = value === undefined ? '' : `\`${value}\``;
  const cells = [development ?? standard, production ?? requiredBy(name) ?? standard, meaning];
  return `| \`${name}\` | ${cells.join(' | ')} |`;
}

function requiredBy(name: VariableName): string | null {
  const { both, api, worker } = NEEDED_IN_PRODUCTION;
  if (both.includes(name)) return 'required';
  const role = api.includes(name) ? 'api' : worker.includes(name) ? 'worker' : null;
  return role && `required (${role})`;
}
