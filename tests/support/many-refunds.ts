import { sql } from 'drizzle-orm';
import type { Database } from '../../src/platform/db/database.ts';

/** Copies the refund of TKT-1 with its ticket and payment, `many` times: TKT-M1, TKT-M2, ... */
export async function givenManyRefunds(db: Database, many: number): Promise<void> {
  await copy('tickets', "id = 'TKT-1'", { id: "'TKT-M' || n" });
  await copy('payments', "ticket_id = 'TKT-1'", {
    id: "'payment-M' || n",
    ticket_id: "'TKT-M' || n",
    transaction_id: "'pay_M' || n",
  });
  await copy('refunds', "ticket_id = 'TKT-1'", {
    id: "'refund-M' || n",
    ticket_id: "'TKT-M' || n",
    payment_id: "'payment-M' || n",
  });

  async function copy(table: string, which: string, changes: Record<string, string>): Promise<void> {
    const changed = Object.entries(changes).map(([column, value]) => `'${column}', ${value}`);
    await db.execute(
      sql.raw(`insert into ${table}
        select (jsonb_populate_record(null::${table}, to_jsonb(one) || jsonb_build_object(${changed.join(', ')}))).*
        from ${table} as one, generate_series(1, ${many}) as n where ${which}`),
    );
  }
}
