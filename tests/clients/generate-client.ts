import { mkdir, rm } from 'node:fs/promises';
import { type Client, folderOf } from './clients.ts';
import { runTool } from './run-tool.ts';

/** Generates anew what a client needs, from the schema alone. */
export async function generateClient(client: Client) {
  const generated = `${folderOf(client)}/generated`;
  await rm(generated, { recursive: true, force: true });
  // relay-compiler wants it to be there.
  await mkdir(generated);
  const [command, ...args] = client.generate;
  return runTool(command, args);
}
