import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { homeOf, processesOf } from '../remove-folder.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { runUsher } from '../usher-process.ts';

/** Starts Usher with its database and payment provider, and reports the running processes. */
async function start() {
  const folder = await temporaryFolder('usher left behind ');
  const usher = runUsher('src/main.ts', [], { DATA_FOLDER: folder, PORT: '0' });
  await usher.until('Ctrl-C stops it');
  const home = await homeOf(join(folder, 'postgres'));
  const places = [...new Set([folder, home])];
  return { places, names: await namesIn(places) };
}

async function namesIn(places: string[]): Promise<string[]> {
  const found = await Promise.all(places.map((place) => processesOf(place)));
  return [...new Set(found.flat().map(({ name }) => name))].sort();
}

/** Read by left-behind.test.ts. */
function tell(places: string[], names: string[]): void {
  process.stdout.write(`\ntold ${JSON.stringify({ places: [...places, tmpdir()], names })}\n`);
}

const never = new Promise(() => {});

describe('by itself', () => {
  let places: string[] = [];

  it('fails', async () => {
    const started = await start();
    places = started.places;
    tell(places, started.names);
    throw new Error('as it should');
  });

  it('finds nothing of the test before', async () => {
    expect(places).not.toEqual([]);
    expect(await namesIn(places)).toEqual([]);
  });
});

describe('too late', () => {
  beforeAll(async () => {
    const { places, names } = await start();
    tell(places, names);
  });

  it('takes too long', () => never, 100);
});

it('is interrupted', async () => {
  const { places, names } = await start();
  tell(places, names);
  await never;
});
