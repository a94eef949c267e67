/** The demo's users. Their addresses and phone numbers do not exist. */

/** The user of the demo token, who has the tickets of ticket-kinds.ts. */
export const DEMO_USER = {
  id: 'user-asha',
  name: 'Asha Rao',
  email: 'asha.rao@example.in',
  phone: '+910000000101',
  locale: 'en-IN',
} as const;

// biome-ignore format: a table
/** Users with a given number of random tickets. */
export const OTHER_USERS = [
  { id: 'user-kabir', name: 'Kabir Sethi', email: 'kabir.sethi@example.com', phone: null, locale: 'en-IN', tickets: 0 },
  { id: 'user-meera', name: 'मीरा जोशी', email: 'meera.joshi@example.in', phone: '+910000000102', locale: 'hi-IN', tickets: 1 },
  { id: 'user-travel-desk', name: 'Travel Desk, Example Industries', email: 'travel.desk@example.com', phone: '+910000000103', locale: 'en-IN', tickets: 2_000 },
] as const;
