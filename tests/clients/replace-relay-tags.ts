import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Copies the Relay client with the generated artifacts in the place of its graphql tags, as bundlers do, so that Node
 * can run it; the copy's folder comes back. (babel-plugin-relay would bring a second graphql.)
 */
export async function replaceRelayTags(client: string): Promise<string> {
  const copy = join(client, 'generated', 'runnable');
  await mkdir(copy, { recursive: true });
  for (const file of (await readdir(client)).filter((name) => name.endsWith('.ts'))) {
    const artifacts: string[] = [];
    const source = await readFile(join(client, file), 'utf8');
    const replaced = source.replaceAll(
      /graphql`\s*(?:query|mutation|fragment) (\w+)[^`]*`/g,
      (_tag, name) => {
        artifacts.push(`import artifact${name} from '../${name}.graphql.ts';`);
        return `artifact${name}`;
      },
    );
    const imports = replaced.replaceAll("'./generated/", "'../");
    await writeFile(join(copy, file), `${artifacts.join('\n')}\n${imports}`);
  }
  return copy;
}
