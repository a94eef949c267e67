import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const { scripts } = JSON.parse(await readFile('package.json', 'utf8'));
const started = scripts['start:production'].replace('exec ', '');

it('the image starts what `npm run start:production` starts', async () => {
  const text = await readFile('ops/Dockerfile', 'utf8');
  const environment = /^ENV (.*)$/m.exec(text)?.[1];
  const command = /^CMD \[([\s\S]*)\]$/m
    .exec(text)?.[1]
    ?.replaceAll(/[",\\\s]+/g, ' ')
    .trim();
  expect(`${environment} ${command}`).toBe(started);
});

it('so does the service', async () => {
  const text = await readFile('ops/usher.service', 'utf8');
  expect(/^ExecStart=\/usr\/bin\/env (.*)$/m.exec(text)?.[1]).toBe(started);
});
