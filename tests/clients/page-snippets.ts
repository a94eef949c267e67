import { readFile, writeFile } from 'node:fs/promises';

const PAGE = 'docs/clients.md';

/**
 * The programs that docs/clients.md shows, as `ts NAME` blocks. They are files of tests/clients/snippets, so that they
 * are compiled and run.
 */
export const SNIPPETS = ['apollo', 'urql'];

/** What the page shows, and what the file has. UPDATE_EXAMPLES=1 copies the file to the page. */
export async function compareSnippet(name: string): Promise<{ shown: string; file: string }> {
  const page = await readFile(PAGE, 'utf8');
  const file = await readFile(`tests/clients/snippets/${name}.ts`, 'utf8');
  const block = new RegExp(`(?<=^\`\`\`ts ${name}\\n)[\\s\\S]*?(?=^\`\`\`$)`, 'm');
  const shown = block.exec(page)?.[0] ?? '';
  if (!process.env.UPDATE_EXAMPLES) return { shown, file };
  await writeFile(
    PAGE,
    page.replace(block, () => file),
  );
  return { shown: file, file };
}

/** A cancellation of seats that selects what the page's fragment has, which it needs beside it. */
export function cancellationOfSeats(ticketId: string, seatIds: string[]): string {
  return `mutation { cancelSeats(ticketId: "${ticketId}", seatIds: ${JSON.stringify(seatIds)}) {
    __typename message ticket { ...ChangedByCancelling }
  } }`;
}

/** The page's cancellation, of another ticket, and the fragment that it spreads. */
export async function shownCancellation(id: string): Promise<{ mutation: string; fragment: string }> {
  const page = await readFile(PAGE, 'utf8');
  const shown = /^```graphql\n(mutation Cancel \{[\s\S]*?)```$/m.exec(page)?.[1] ?? '';
  const fragment = /^fragment [\s\S]*/m.exec(shown)?.[0] ?? '';
  const mutation = shown
    .replace(/id: "[^"]*"/, `id: "${id}"`)
    .replace(/idempotencyKey: "[^"]*"/, `idempotencyKey: "${id}"`);
  return { mutation, fragment };
}
