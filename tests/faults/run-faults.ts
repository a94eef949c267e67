import { parseArgs } from 'node:util';
import { API_KILL_POINTS, killApiAtEachStep } from './api-kill-points.ts';
import { checkMessages } from './check-messages.ts';
import { checkMoney } from './check-money.ts';
import { checkTickets } from './check-tickets.ts';
import { type Findings, say } from './findings.ts';
import { givenTickets } from './given-tickets.ts';
import { sendHostileWebhooks } from './hostile-webhooks.ts';
import { jumpTheClock } from './jump-the-clock.ts';
import { restoreOlderBackup } from './restore-backup.ts';
import { runToVerdict } from './run-to-verdict.ts';
import { seeTheBankReturn } from './see-the-bank-return.ts';
import { endFaults, listStuck, reconcile, retrySomeFailed, settle } from './settle.ts';
import { type CleanUp, setTheStage } from './stage.ts';
import { cancelInAStorm } from './storm.ts';
import { until } from './until.ts';
import { killApiAtWebhook } from './webhook-kill-point.ts';
import { killWorkerAtEachStep, WORKER_KILL_POINTS } from './worker-kill-points.ts';

/**
 * npm run test:faults -- [--cancellations N] [--seed N]: cancels tickets with real processes that are killed at every
 * step, then compares the records of Usher, the payment provider and the mail server. Then the same with a database whose
 * clock jumps. Exits with 1 on any mismatch.
 */
async function run(cancellations: number, seed: number, findings: Findings, onCleanUp: CleanUp) {
  const stage = await setTheStage(findings, onCleanUp);
  const { api, worker, sandbox, victim } = stage;
  const forWorker = WORKER_KILL_POINTS.length;
  const forApi = API_KILL_POINTS.length;
  const ofKillPoints = 4 + forWorker + forApi;
  const tickets = await givenTickets(stage.db, ofKillPoints + cancellations, seed, ofKillPoints);
  say(`${tickets.length} tickets are sold`);
  findings.count('cancellations: in all', tickets.length);
  api.start();
  sandbox.start();
  await Promise.all([stage.untilReady('api'), stage.untilReady('sandbox')]);

  // Two tickets a user: those of the restored backup are of one user.
  const [forWebhook, forBank, ...rest] = tickets;
  const forRestore = rest.slice(0, 2);
  const others = rest.slice(2);
  await killWorkerAtEachStep(stage, others.slice(0, forWorker));
  worker.start();
  const told = await cancelInAStorm(stage, others.slice(forWorker + forApi), seed);
  await endFaults(stage);
  await stage.untilReady('api');

  // The claims of killed workers expire within a minute, while the API's kill points run.
  const killing = killApiAtEachStep(stage, others.slice(forWorker, forWorker + forApi));
  await reconcile(stage);
  await killing;
  await victim.stop();
  if (forWebhook) await killApiAtWebhook(stage, forWebhook);
  await settle(stage);
  if (forBank) await seeTheBankReturn(stage, forBank);
  await retrySomeFailed(stage);
  await settle(stage);
  const webhooksTaken = async () => (await stage.books()).webhooks.every(({ delivered }) => delivered);
  const untilWebhooksAreTaken = () =>
    until('every webhook is taken', 60, webhooksTaken).catch(() => say('some webhooks are not taken'));
  await untilWebhooksAreTaken();
  await restoreOlderBackup(stage, forRestore);
  await untilWebhooksAreTaken();
  for (const ticket of forRestore) await sendHostileWebhooks(stage, ticket);
  const stuck = await listStuck(stage);

  for (const part of [worker, api, sandbox]) await part.stop();
  findings.count('kills: API', api.kills() + victim.kills());
  findings.count('kills: worker', worker.kills());
  findings.count('kills: provider', sandbox.kills());
  say('checking');
  const { refunds, paymentOf } = await checkTickets(stage, told, stuck);
  await checkMoney(stage, refunds, paymentOf);
  await checkMessages(stage, stuck);
  await jumpTheClock(seed, findings, onCleanUp);
}

const { values } = parseArgs({
  options: {
    cancellations: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
  },
});
const cancellations = Number(values.cancellations);
const seed = Number(values.seed);
if (!(Number.isInteger(cancellations) && cancellations > 0 && Number.isInteger(seed)))
  throw new Error('--cancellations has to be a whole number above 0, --seed a whole number');
await runToVerdict(`with the seed ${seed}`, (findings, onCleanUp) =>
  run(cancellations, seed, findings, onCleanUp),
);
