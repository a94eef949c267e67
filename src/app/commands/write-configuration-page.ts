import { writeFile } from 'node:fs/promises';
import { configurationPage } from '../config/configuration-page.ts';

/** npm run docs:configuration: rewrites docs/configuration.md. */
await writeFile('docs/configuration.md', configurationPage());
