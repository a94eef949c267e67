import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DatabaseConnection, openDatabase } from '../../src/platform/db/database.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import type { Answered } from './constant-load.ts';
import { type DatabaseServer, startDatabaseServer } from './database-server.ts';
import { apiEnvironment, sandboxEnvironment, workerEnvironment } from './environments.ts';
import { type Findings, say } from './findings.ts';
import { freePorts } from './free-ports.ts';
import { buildGates } from './gates.ts';
import { type MailServer, startMailServer } from './mail-server.ts';
import { type ProviderBooks, readProviderBooks } from './provider-books.ts';
import type { FaultSettings } from './provider-faults.ts';
import { type ProviderTap, startProviderTap } from './provider-tap.ts';
import { type SmsServer, startSmsServer } from './sms-server.ts';
import { type Supervised, supervise } from './supervised.ts';
import { until } from './until.ts';

/** All participants: the processes that are killed, and the servers around them. */
export interface Stage {
  findings: Findings;
  database: DatabaseServer;
  db: DatabaseConnection['db'];
  /** Serves the clients and the provider's webhooks. */
  api: Supervised;
  client: ApiClient;
  /** Where the API listens. */
  origin: string;
  /** Another instance for the kill points, without other requests in flight. */
  victim: Supervised;
  victimClient: ApiClient;
  worker: Supervised;
  sandbox: Supervised;
  tap: ProviderTap;
  mail: MailServer;
  sms: SmsServer;
  books(): Promise<ProviderBooks>;
  setFaults(faults: FaultSettings): Promise<void>;
  untilReady(process: 'api' | 'victim' | 'sandbox'): Promise<void>;
}

type StartDatabase = (folder: string) => Promise<DatabaseServer>;

interface StageOptions {
  startDatabase?: StartDatabase;
  /** Called with every response of the API to a client. */
  note?: (answered: Answered) => void;
}

export type CleanUp = (step: () => Promise<unknown>) => void;

/** Starts the servers around Usher. The callers start the processes of Usher. */
export async function setTheStage(
  findings: Findings,
  onCleanUp: CleanUp,
  { startDatabase = startDatabaseServer as StartDatabase, note }: StageOptions = {},
): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'usher-faults-'));
  onCleanUp(() => rm(folder, { recursive: true, force: true }));
  say(`starting PostgreSQL in ${folder}`);
  const database = await startDatabase(folder);
  onCleanUp(database.remove);
  await buildGates(database.sql);
  const { db, close } = openDatabase({ url: database.url, poolSize: 4 });
  onCleanUp(close);

  const [apiPort = 0, victimPort = 0, sandboxPort = 0] = await freePorts(3);
  const mail = await startMailServer(findings);
  onCleanUp(mail.close);
  const sms = await startSmsServer(findings);
  onCleanUp(sms.close);
  const tap = await startProviderTap(sandboxPort, findings);
  onCleanUp(tap.close);

  const origins = {
    api: `http://127.0.0.1:${apiPort}`,
    victim: `http://127.0.0.1:${victimPort}`,
    sandbox: `http://127.0.0.1:${sandboxPort}`,
  };
  const file = join(folder, 'sandbox.jsonl');
  const run = (name: string, script: string, environment: Record<string, string>) => {
    const supervised = supervise(name, script, environment, findings);
    onCleanUp(supervised.stop);
    return supervised;
  };
  const urls = { provider: tap.url, mail: mail.url, sms: sms.url };
  const apiOf = (user: 'usher_api' | 'usher_victim', port: number) =>
    run('API', 'src/main.ts', apiEnvironment(database.urlOf(user), port));
  return {
    findings,
    database,
    db,
    mail,
    sms,
    tap,
    api: apiOf('usher_api', apiPort),
    client: createApiClient(origins.api, findings, note),
    origin: origins.api,
    victim: apiOf('usher_victim', victimPort),
    victimClient: createApiClient(origins.victim, findings),
    worker: run('worker', 'src/main.ts', workerEnvironment(database.urlOf('usher_worker'), urls)),
    sandbox: run('provider', 'src/dev/sandbox/main.ts', sandboxEnvironment(file, sandboxPort, apiPort)),
    books: () => readProviderBooks(file),
    setFaults: async (faults) => {
      const body = JSON.stringify(faults);
      const { ok } = await fetch(`${origins.sandbox}/sandbox/faults`, { method: 'POST', body });
      if (!ok) throw new Error('the sandbox does not know these faults');
    },
    untilReady: (name) => {
      const url = `${origins[name]}${name === 'sandbox' ? '/sandbox/ledger' : '/readyz'}`;
      const answers = () =>
        fetch(url).then(
          ({ ok }) => ok,
          () => false,
        );
      return until(`${name} is ready`, 60, answers);
    },
  };
}
