import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** docs/decisions/019: instances of the last version serve while a migration runs, and afterwards. */

const FOLDER = 'src/platform/db/migrations';

/** Those of the first release: nobody served before them. */
const FIRST_RELEASE = [
  '0000_tables.sql',
  '0001_policies.sql',
  '0002_after-the-commit.sql',
  '0003_indexes.sql',
];

/** What a migration removes although the version before serves, and why that version does not notice. */
const REMOVED: Record<string, { statements: string[]; because: string }> = {
  '0008_list-copies.sql': {
    statements: ['DROP INDEX IF EXISTS "tickets_by_booking_time"'],
    because: 'no version needs it since 0006_tickets-as-listed.sql',
  },
  '0011_partial-cancellation.sql': {
    statements: [
      'ALTER TABLE "payments" DROP CONSTRAINT "payments_refunded"',
      'ALTER TABLE "refunds" DROP CONSTRAINT "refunds_one_per_ticket"',
      'ALTER TABLE "notifications" DROP CONSTRAINT "notifications_user_id_ticket_id_event_channel_pk"',
      'ALTER TABLE "notifications" ALTER COLUMN "ticket_id" DROP NOT NULL',
    ],
    because: 'each is replaced in the same migration by one that all its rows pass and its ON CONFLICT finds',
  },
};

/** What the version before would notice, in upper case. */
const NOTICED: [what: string, pattern: RegExp][] = [
  ['something is removed', /\bDROP (?!DEFAULT)/],
  ['something is renamed', /\bRENAME\b/],
  ['a column changes its type', /\bALTER COLUMN\b.*\bTYPE\b/],
  ['a column must be filled from now on', /\bSET NOT NULL\b/],
  ['a new column must be filled', /\bADD COLUMN\b(?!.*\bDEFAULT\b).*\bNOT NULL\b/],
  ['rows are changed while others write them', /^\s*(UPDATE|DELETE)\b/m],
  ['rows of before are checked under a lock', /\bADD CONSTRAINT\b[^;]*\bCHECK\b(?![^;]*\bNOT VALID\b)/],
];

/** Which of these rules a migration breaks. */
function noticed(migration: string): string[] {
  const statements = migration.toUpperCase().split('--> STATEMENT-BREAKPOINT');
  return NOTICED.filter(([, pattern]) => statements.some((one) => pattern.test(one))).map(([what]) => what);
}

const migrations = (await readdir(FOLDER)).filter((file) => file.endsWith('.sql'));

it.each(migrations.filter((file) => !FIRST_RELEASE.includes(file)))(
  '%s only adds what the version before does not notice',
  async (file) => {
    const migration = await readFile(join(FOLDER, file), 'utf8');
    const { statements = [] } = REMOVED[file] ?? {};
    let rest = migration;
    for (const statement of statements) {
      expect(rest).toContain(statement);
      rest = rest.replace(statement, '');
    }
    expect(noticed(rest)).toEqual([]);
  },
);

it.each([
  'ALTER TABLE "refunds" DROP COLUMN "lease"',
  'ALTER TABLE "refunds" RENAME COLUMN "lease" TO "fence"',
  'ALTER TABLE "refunds" ALTER COLUMN "lease" SET DATA TYPE bigint',
  'ALTER TABLE "refunds" ADD COLUMN "speed" text NOT NULL',
  'ALTER TABLE "refunds" ADD CONSTRAINT "refunds_fast" CHECK ("speed" > 0)',
  'CREATE TABLE "a" ();--> statement-breakpoint\nUPDATE "refunds" SET "lease" = 1',
])('%s is noticed', (statement) => {
  expect(noticed(statement)).toHaveLength(1);
});

it.each([
  'ALTER TABLE "refunds" ADD COLUMN "speed" text',
  'ALTER TABLE "refunds" ADD COLUMN "speed" text DEFAULT \'normal\' NOT NULL',
  'CREATE TABLE "updates" ("id" text NOT NULL)',
  'CREATE INDEX "refunds_failed" ON "refunds" ("requested_at")',
  'ALTER TABLE "refunds" ADD CONSTRAINT "refunds_fast" CHECK ("speed" > 0) NOT VALID',
])('%s is not', (statement) => {
  expect(noticed(statement)).toEqual([]);
});
