import { writeFile } from 'node:fs/promises';
import { grantsFile } from '../../platform/db/rights.ts';

/** npm run grants: regenerates ops/grants.sql. */
await writeFile('ops/grants.sql', grantsFile());
