import { parseArgs } from 'node:util';
import { say } from '../faults/findings.ts';
import { givenTickets, type TicketToCancel } from '../faults/given-tickets.ts';
import { runToVerdict } from '../faults/run-to-verdict.ts';
import { settle } from '../faults/settle.ts';
import { setTheStage } from '../faults/stage.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { hogTheDatabase } from './hog.ts';
import { overload } from './overload.ts';
import { soak } from './soak.ts';

/**
 * npm run test:load -- [--minutes N]: more requests than an API can work on, a user who hogs the database, then N
 * minutes (30) of everyday life. Ends with 1 when an answer is wrong, a process ends, or descriptors, connections or
 * memory grow.
 */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' } } });
const minutes = Number(values.minutes);
if (!(Number.isInteger(minutes) && minutes > 0))
  throw new Error('--minutes has to be a whole number above 0');

const TICKETS_A_MINUTE = 60;
const OVERLOAD_SECONDS = 4;
const HOG_SECONDS = 5;

await runToVerdict(`overloaded, then ${minutes} minutes`, async (findings, onCleanUp) => {
  const stage = await setTheStage(findings, onCleanUp);
  const { api, sandbox, worker } = stage;
  const tickets = await givenTickets(stage.db, 100 + minutes * TICKETS_A_MINUTE, 1);
  say(`${tickets.length} tickets are sold`);
  for (const part of [api, sandbox, worker]) part.start();
  await Promise.all([stage.untilReady('api'), stage.untilReady('sandbox')]);

  const underOverload = await overload(stage, tickets, OVERLOAD_SECONDS);
  say('the overload is over');
  const besideHog = await hogTheDatabase(stage, tickets[0] as TicketToCancel, HOG_SECONDS);
  say('the hog is gone');
  const overTime = await soak(stage, tickets.slice(100), minutes);
  await settle(stage);
  for (const part of [worker, api, sandbox]) await part.stop();
  for (const broken of await brokenInvariants(stage.db)) findings.broken(broken);
  process.stdout.write(`\n${underOverload}\n\n${besideHog}\n\n${overTime}\n`);
});
