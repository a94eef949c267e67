import { sql } from 'drizzle-orm';
import type { Transaction } from '../../platform/db/database.ts';
import type { SeedSize } from './seed-size.ts';

/** The user with a tenth of all tickets. */
export const DESK = 'user-seed-desk';

/** Inserts users such as user-seed-regular-17. Their addresses and phone numbers do not exist. */
export async function loadUsers(tx: Transaction, { users }: SeedSize): Promise<void> {
  await tx.execute(sql`
    insert into users (id, name, email, phone)
    values (${DESK}, 'Seed Travel Desk', 'seed-desk@example.com', '+910000000200')`);
  await tx.execute(sql`
    insert into users (id, name, email, phone)
    select 'user-seed-' || kind || '-' || n, 'Seed User ' || n, 'seed-' || kind || '-' || n || '@example.com',
      case when n % 3 > 0 then '+9100' || lpad(n::text, 8, '0') end
    from jsonb_each_text(${JSON.stringify(users)}::jsonb) as kinds(kind, count),
      generate_series(1, count::int) as n`);
}
