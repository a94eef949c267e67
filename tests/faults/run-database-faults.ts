import { parseArgs } from 'node:util';
import { refunds } from '../../src/platform/db/tables/index.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { type Answered, startLoad } from './constant-load.ts';
import { databaseFaults, FULL, SHORT } from './database-faults.ts';
import { type FaultyDatabase, startFaultyDatabase } from './faulty-database.ts';
import { type Findings, say } from './findings.ts';
import { givenTickets } from './given-tickets.ts';
import { runToVerdict } from './run-to-verdict.ts';
import { settle } from './settle.ts';
import { type CleanUp, setTheStage } from './stage.ts';
import { strike } from './strike.ts';
import { watchHealth } from './watch-health.ts';

/**
 * npm run test:faults:database -- [--short]: injects database faults under load. API and worker must not end, hang,
 * return wrong results or lose a cancellation. Throughput is only printed.
 */
async function run(isShort: boolean, findings: Findings, onCleanUp: CleanUp): Promise<void> {
  const answers: Answered[] = [];
  let database: FaultyDatabase | null = null;
  const stage = await setTheStage(findings, onCleanUp, {
    startDatabase: async (folder) => {
      database = await startFaultyDatabase(folder);
      return database;
    },
    note: (answered) => answers.push(answered),
  });
  if (database === null) throw new Error('the stage has no database');
  const { api, worker, sandbox } = stage;
  const tickets = await givenTickets(stage.db, isShort ? 120 : 400, 1);
  say(`${tickets.length} tickets are sold`);
  for (const part of [api, sandbox, worker]) part.start();
  await Promise.all([stage.untilReady('api'), stage.untilReady('sandbox')]);

  const health = watchHealth(stage.origin, findings);
  onCleanUp(health.stop);
  const load = startLoad(stage.client, tickets, isShort ? 1_500 : 2_000, findings);
  for (const fault of databaseFaults(isShort ? SHORT : FULL))
    await strike(fault, { database, health, answers, findings });
  await load.stop();
  await health.stop();

  await settle(stage);
  for (const part of [worker, api, sandbox]) await part.stop();
  for (const broken of await brokenInvariants(stage.db)) findings.broken(broken);
  const rows = await stage.db.select().from(refunds);
  for (const [id, { refund, cancelledAt }] of load.told) {
    const ofTicket = rows.filter(({ ticketId }) => ticketId === id);
    const [row] = ofTicket;
    if (ofTicket.length !== 1 || row?.id !== refund.id || row.requestedAt.toISOString() !== cancelledAt)
      findings.broken(
        `${id}: its client was told ${JSON.stringify(refund)}, there is ${JSON.stringify(ofTicket.map(({ id }) => id))}`,
      );
  }
  if (rows.length !== load.told.size)
    findings.broken(`${load.told.size} cancellations were acknowledged, ${rows.length} are there`);
  const moved = (await stage.books()).made;
  const demanded = rows.filter(
    ({ refundAmount, status }) => refundAmount > 0n && status === 'PROCESSED',
  ).length;
  if (moved.length < demanded)
    findings.broken(`${demanded} refunds are PROCESSED, the provider made ${moved.length}`);
  findings.count('cancellations: acknowledged', load.told.size);
  findings.count('cancellations: there', rows.length);
  findings.count('refunds: made by the provider', moved.length);
}

const { values } = parseArgs({ options: { short: { type: 'boolean', default: false } } });
await runToVerdict(values.short ? 'the short one' : 'the full one', (findings, onCleanUp) =>
  run(values.short, findings, onCleanUp),
);
