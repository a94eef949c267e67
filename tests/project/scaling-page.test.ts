import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { roleSettings } from '../../src/platform/db/check-role-settings.ts';

it('the page on scaling has the statements that an API asks for behind a pooler', async () => {
  const page = await readFile('docs/scaling.md', 'utf8');
  const statements = roleSettings('usher').map((statement) => statement.trim());
  expect(page).toContain(`\`\`\`sql\n${statements.join('\n')}\n\`\`\``);
});
