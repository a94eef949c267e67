import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';

export interface Connection {
  /** Such as http://127.0.0.1:4000/graphql. */
  url: string;
  token: string;
}

interface Answer<Data> {
  data: Data;
  errors?: AnsweredError[];
}

interface AnsweredError {
  message: string;
  extensions: { code: string };
}

/** An operation that failed, with the code to act on: NOT_FOUND, RATE_LIMITED and so on. */
export class OperationFailed extends Error {
  readonly code: string;

  constructor({ message, extensions }: AnsweredError) {
    super(message);
    this.code = extensions.code;
  }
}

/** Sends an operation; variables and data have the types that were generated for it. */
export async function send<Data, Variables>(
  { url, token }: Connection,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors } = (await response.json()) as Answer<Data>;
  const [error] = errors ?? [];
  if (error) throw new OperationFailed(error);
  return data;
}
