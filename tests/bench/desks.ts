import type { Sql, TransactionSql } from 'postgres';
import { DESK } from '../../src/dev/seed/load-users.ts';

const COPIES = ['user-bench-desk-1', 'user-bench-desk-2', 'user-bench-desk-3'];

/** Users with many tickets each. */
export const DESKS: readonly string[] = [DESK, ...COPIES];

/** Copies the tickets of the seed's desk, with their seats and refunds, to the other desks. They hold no show seats. */
export async function writeDesks(sql: Sql): Promise<void> {
  await sql.begin(async (tx) => {
    // Neither checks foreign keys nor runs triggers: the copies are as right as what they copy.
    await tx`set local session_replication_role = replica`;
    for (const desk of COPIES) await copyDesk(tx, desk);
  });
}

async function copyDesk(tx: TransactionSql, desk: string): Promise<void> {
  const code = desk.slice(-1);
  await tx`insert into users select ${desk}, name, email, phone, locale from users where id = ${DESK}`;
  for (const table of ['tickets', 'ticket_seats', 'payments', 'refunds', 'ticket_events'])
    await tx.unsafe(
      `insert into ${table} select copy.* from ${table} as one, jsonb_populate_record(one, jsonb_build_object(
          'user_id', $1::text,
          'id', left(to_jsonb(one) ->> 'id', -1) || $2 || right(to_jsonb(one) ->> 'id', 1),
          'ticket_id', left(to_jsonb(one) ->> 'ticket_id', -1) || $2 || right(to_jsonb(one) ->> 'ticket_id', 1),
          'payment_id', left(to_jsonb(one) ->> 'payment_id', -1) || $2 || right(to_jsonb(one) ->> 'payment_id', 1))) as copy
        where one.user_id = $3`,
      [desk, code, DESK],
    );
}
