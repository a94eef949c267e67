#!/usr/bin/env bash
# A graphile-worker that does not own its tables runs no job, and its default log does not say why.
#
# Versions: graphile-worker 0.17.3 (0.18.0 does the same), pg 8.23.1, PostgreSQL 18.4.
#
# Expected: a role with USAGE on the schema and every privilege on its tables and sequences can add and run jobs.
# Otherwise the worker fails with "permission denied".
#
# What happens: the migrations enable row-level security on the four `_private_` tables and create no policy.
# PostgreSQL then hides every row from a role that is not the owner, and refuses its inserts:
# - `run()` never gets a job. Its log at the default level ends with "Worker connected and looking for jobs...".
#   The error is logged at level debug only (shown with GRAPHILE_LOGGER_DEBUG=1), at every poll, without a limit.
# - `runOnce()` runs no job and logs the error, but its promise resolves: a caller's `catch` never runs.
# - `add_job` reports the error: "new row violates row-level security policy".
# - `complete_jobs` changes no row, without an error.
# - The public view `graphile_worker.jobs` shows the job all the same, since it reads with its owner's rights.
#
# Who is hurt: everyone who migrates as one role and runs the worker as another, as is good practice. Where the owner
# adds the jobs, nothing fails: the worker looks healthy while they pile up.
#
# Instead: after each migration, `CREATE POLICY ... USING (true)` for the worker's role on each of these tables.
# Also listen for the event `worker:getJob:error`: it carries the error that `run()` hides. (The maintainers enable
# row-level security on purpose, as a best practice. The package's README and documentation do not mention it.)
#
# Output:
#   node 20.20.2, PostgreSQL 18.4
#   graphile-worker 0.17.3
#   pg 8.23.1
#   tables with row-level security: _private_job_queues, _private_jobs, _private_known_crontabs, _private_tasks
#   policies: 0
#
#   The worker without policies
#   jobs in _private_jobs: 0
#   jobs in the view: 1
#   add_job: 42501 new row violates row-level security policy for table "_private_tasks"
#   complete_jobs: rows changed: 0
#   runOnce: resolves
#     jobs run: 0
#     log above debug: Worker exited with error: error: new row violates row-level security policy for table "_private_tasks"
#   run, after three polls: jobs run: 0
#     log above debug: Worker connected and looking for jobs... (task names: 'mail')
#     last line at debug: Failed to acquire job: new row violates row-level security policy for table "_private_tasks" (3 contiguous fails)
#
#   The worker with policies
#   policies: 4
#   jobs in _private_jobs: 1
#   runOnce: resolves
#     jobs run: 1
#   add_job: jobs added: 1
#   complete_jobs: rows changed: 1
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/with-postgres.sh" graphile-worker@0.17.3 pg@8.23.1

cat >main.mjs <<'END'
import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { Logger, run, runMigrations, runOnce } from 'graphile-worker'
import pg from 'pg'

function see(what, seen, expected) {
  console.log(`${what}: ${seen}`)
  assert.equal(String(seen), String(expected))
}

let log = []
const logger = new Logger(() => (level, message) => log.push({ level, message }))
// runOnce prints the error's stack trace as well.
console.trace = () => {}

function connect(user) {
  const pool = new pg.Pool({ user })
  pool.on('error', console.error)
  pool.on('connect', (client) => client.on('error', console.error))
  return pool
}
const owner = connect('postgres')
const worker = connect('worker')

const ask = async (pool, sql) => (await pool.query({ text: sql, rowMode: 'array' })).rows.join(', ')
const askOrError = (pool, sql) => ask(pool, sql).catch((error) => `${error.code} ${error.message}`)

let jobsRun = 0
const work = {
  pgPool: worker,
  logger,
  taskList: { mail: () => void jobsRun++ },
  parsedCronItems: [],
  noHandleSignals: true,
  pollInterval: 100,
}

await runMigrations({ pgPool: owner, logger })
await owner.query(`
  create role worker login;
  grant usage on schema graphile_worker to worker;
  grant all on all tables in schema graphile_worker to worker;
  grant all on all sequences in schema graphile_worker to worker`)
await owner.query("select graphile_worker.add_job('mail')")

const protectedTables = `
  select relname from pg_class
  where relnamespace = 'graphile_worker'::regnamespace and relrowsecurity order by relname`
const policies = "select count(*) from pg_policies where schemaname = 'graphile_worker'"
const countJobs = 'select count(*) from graphile_worker._private_jobs'
const countJobsOfView = 'select count(*) from graphile_worker.jobs'
const addJob = "select task_id from graphile_worker.add_job('mail')"
const completeJobs = (id) => `select count(*) from graphile_worker.complete_jobs(array[${id}])`
const refused = 'new row violates row-level security policy for table "_private_tasks"'

see(
  'tables with row-level security',
  await ask(owner, protectedTables),
  '_private_job_queues, _private_jobs, _private_known_crontabs, _private_tasks',
)
see('policies', await ask(owner, policies), 0)

console.log('\nThe worker without policies')
see('jobs in _private_jobs', await ask(worker, countJobs), 0)
see('jobs in the view', await ask(worker, countJobsOfView), 1)
see('add_job', await askOrError(worker, addJob), `42501 ${refused}`)
see('complete_jobs: rows changed', await ask(worker, completeJobs(1)), 0)

log = []
see('runOnce', await runOnce(work).then(() => 'resolves', () => 'rejects'), 'resolves')
see('  jobs run', jobsRun, 0)
see(
  '  log above debug',
  log.filter(({ level }) => level !== 'debug').map(({ message }) => message),
  `Worker exited with error: error: ${refused}`,
)

log = []
const events = new EventEmitter()
const runner = await run({ ...work, events, concurrency: 1 })
for (let fails = 0; fails < 3; fails++) {
  await once(events, 'worker:getJob:error', { signal: AbortSignal.timeout(30_000) })
}
see('run, after three polls: jobs run', jobsRun, 0)
see(
  '  log above debug',
  log.filter(({ level }) => level !== 'debug').map(({ message }) => message),
  "Worker connected and looking for jobs... (task names: 'mail')",
)
see('  last line at debug', log.at(-1).message, `Failed to acquire job: ${refused} (3 contiguous fails)`)
await runner.stop()

console.log('\nThe worker with policies')
for (const table of (await ask(owner, protectedTables)).split(', ')) {
  await owner.query(`create policy worker on graphile_worker.${table} to worker using (true)`)
}
see('policies', await ask(owner, policies), 4)
see('jobs in _private_jobs', await ask(worker, countJobs), 1)
see('runOnce', await runOnce(work).then(() => 'resolves', () => 'rejects'), 'resolves')
see('  jobs run', jobsRun, 1)
see('add_job: jobs added', (await worker.query(addJob)).rowCount, 1)
const id = await ask(owner, 'select id from graphile_worker._private_jobs')
see('complete_jobs: rows changed', await ask(worker, completeJobs(id)), 1)

await owner.end()
await worker.end()
END
node main.mjs
