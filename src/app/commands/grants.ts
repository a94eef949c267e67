import { writeFile } from 'node:fs/promises';
import { grantsFile } from '../../platform/db/rights.ts';

/** npm run grants: writes ops/grants.sql anew. */
await writeFile('ops/grants.sql', grantsFile());
