import postgres from 'postgres';
import { READ_PIPELINING } from '../../../src/platform/db/read-pipelining.ts';
import { environment } from './environment.ts';

/** Times are read as ISO 8601 text, because they are only printed; amounts as digits of paise. */
export const sql = postgres(environment.databaseUrl, {
  max: environment.poolSize,
  ...(environment.gatherReads && READ_PIPELINING),
  onnotice: () => {},
  connection: { application_name: 'contender', TimeZone: 'UTC' },
  types: {
    date: { to: 1184, from: [1184], serialize: (text: string) => text, parse: isoOf },
  },
});

/** Converts "2024-12-15 10:00:00.5+00" to "2024-12-15T10:00:00.500Z". */
function isoOf(text: string): string {
  const fraction = text.slice(20, text.length - 3);
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.padEnd(3, '0')}Z`;
}
