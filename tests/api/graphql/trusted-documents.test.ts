import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../../src/app/config/config.ts';
import { trustedDocuments } from '../../../src/app/config/trusted-documents.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestApi, type TestApi } from '../../support/test-api.ts';

const TEXT = 'query Kind { __typename }';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const HASH = sha256(TEXT);
const OTHER = sha256('{ __typename }');

const persisted = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });

async function answerTo(api: TestApi, body: object) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${api.origin}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return { status: response.status, ...(await response.json()) };
}

describe('with PERSISTED_OPERATIONS', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({
      trustedDocuments: new Map([
        [HASH, TEXT],
        ['kind-v1', TEXT],
        ['mutation-v1', 'mutation { __typename }'],
      ]),
    });
  });
  afterAll(() => api.close());

  it.each([
    ['its documentId', { documentId: 'kind-v1' }],
    ['its documentId as the specification has it', { documentId: `sha256:${HASH}` }],
    ['its hash, as persisted queries send it', { extensions: persisted(HASH) }],
    ['its hash with the text', { query: TEXT, extensions: persisted(HASH) }],
    ['its text alone', { query: TEXT }],
  ])('a registered operation runs by %s', async (_words, body) => {
    expect(await answerTo(api, body)).toEqual({ status: 200, data: { __typename: 'Query' } });
  });

  it.each([
    ['another text', { query: '{ __typename }' }],
    [
      'another text under a registered hash',
      { query: '{ __schema { types { name } } }', documentId: 'none' },
    ],
    ['an unknown id', { documentId: 'kind-v2' }],
    ['an unknown hash', { extensions: persisted('0'.repeat(64)) }],
    ['a property that every object has', { documentId: 'constructor' }],
    [
      'a hash to be registered',
      {
        query: '{ __typename }',
        extensions: persisted(createHash('sha256').update('{ __typename }').digest('hex')),
      },
    ],
    ['nothing', { variables: {} }],
  ])('%s does not', async (_words, body) => {
    expect(await answerTo(api, body)).toMatchObject({
      status: 400,
      errors: [{ message: expect.stringContaining('registered'), extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  it('what runs is the registered text, whatever text comes with its id', async () => {
    const body = { documentId: 'kind-v1', query: '{ myTickets { totalCount } }' };
    expect(await answerTo(api, body)).toEqual({ status: 200, data: { __typename: 'Query' } });
  });

  it.each<[string, Record<string, string>]>([
    ['its documentId', { documentId: 'kind-v1' }],
    ['its documentId as the specification has it', { documentId: `sha256:${HASH}` }],
    ['its hash', { extensions: JSON.stringify(persisted(HASH)) }],
    ['its text', { query: TEXT }],
    ['its documentId, whatever text comes with it', { documentId: 'kind-v1', query: '{ __schema { x } }' }],
  ])('GET runs a registered operation by %s', async (_words, params) => {
    expect(await get(params)).toEqual({ status: 200, data: { __typename: 'Query' } });
  });

  it.each<[string, Record<string, string>]>([
    ['another text', { query: '{ __typename }' }],
    ['an unknown id', { documentId: 'kind-v2' }],
    ['a hash to be registered', { query: '{ __typename }', extensions: JSON.stringify(persisted(OTHER)) }],
    ['nothing', {}],
  ])('GET does not run %s', async (_words, params) => {
    expect(await get(params)).toMatchObject({
      status: 400,
      errors: [{ message: expect.stringContaining('registered') }],
    });
  });

  it('GET runs no registered mutation', async () => {
    expect(await get({ documentId: 'mutation-v1' })).toMatchObject({ status: 405 });
  });

  async function get(params: Record<string, string>) {
    const headers = { 'apollo-require-preflight': '1' };
    const response = await fetch(`${api.origin}/graphql?${new URLSearchParams(params)}`, { headers });
    return { status: response.status, ...(await response.json()) };
  }
});

describe('without it', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  it('a client registers an operation by its hash, and sends only the hash from then on', async () => {
    const extensions = persisted(HASH);
    expect(await answerTo(api, { extensions })).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
    expect(await answerTo(api, { query: TEXT, extensions })).toMatchObject({ data: { __typename: 'Query' } });
    expect(await answerTo(api, { extensions })).toMatchObject({ data: { __typename: 'Query' } });
  });

  it('nothing is registered under the hash of something else', async () => {
    const extensions = persisted('0'.repeat(64));
    expect(await answerTo(api, { query: TEXT, extensions })).toMatchObject({
      status: 200,
      errors: [{ message: 'provided sha does not match query.', extensions: { code: 'BAD_USER_INPUT' } }],
    });
    expect(await answerTo(api, { extensions })).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
  });
});

it('a persisted query of another version is the mistake of the client', async () => {
  const api = await startTestApi();
  const extensions = { persistedQuery: { version: 2, sha256Hash: HASH } };
  expect(await answerTo(api, { query: TEXT, extensions })).toMatchObject({
    status: 200,
    errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
  });
  expect(api.logs).toEqual([]);
  await api.close();
});

describe('the file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await temporaryFolder('usher-operations-');
  });

  const read = (path: string) => trustedDocuments(readConfig({ PERSISTED_OPERATIONS: path }));

  it('is read as graphql-codegen writes it', async () => {
    const path = join(folder, 'operations.json');
    await writeFile(path, JSON.stringify({ [HASH]: TEXT }));
    expect(await read(path)).toEqual(new Map([[HASH, TEXT]]));
  });

  it.each([
    ['graphql-codegen and Relay write it', { [HASH]: TEXT }],
    ['gql.tada writes it', { [`sha256:${HASH}`]: TEXT }],
    ['Apollo Kotlin writes operationOutput', { [HASH]: { name: 'Kind', source: TEXT, type: 'query' } }],
    [
      'Apollo writes a manifest',
      {
        format: 'apollo-persisted-query-manifest',
        version: 1,
        operations: [{ id: HASH, name: 'Kind', type: 'query', body: TEXT }],
      },
    ],
  ])('is read as %s', async (_words, content) => {
    const path = join(folder, 'manifest.json');
    await writeFile(path, `\uFEFF${JSON.stringify(content)}`);
    expect(await read(path)).toEqual(new Map([[HASH, TEXT]]));
  });

  it.each([
    ['is missing', null],
    ['is no JSON', 'query { x }'],
    ['is a list', '["query { x }"]'],
    [
      'is a manifest of another version',
      '{"format":"apollo-persisted-query-manifest","version":2,"operations":[]}',
    ],
    ['has an operation without a text', '{"id":{"name":"Kind"}}'],
  ])('that %s stops the start with a message that names it', async (_words, content) => {
    const path = join(folder, 'wrong.json');
    if (content !== null) await writeFile(path, content);
    const reading = read(path);
    await expect(reading).rejects.toBeInstanceOf(ConfigError);
    await expect(reading).rejects.toThrow(path);
  });
});
