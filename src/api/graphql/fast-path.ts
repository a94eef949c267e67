import type { ApolloServerPlugin, HTTPGraphQLResponse } from '@apollo/server';
import { HeaderMap } from '@apollo/server';
import type { FormattedExecutionResult } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import type { MediaType } from '../http/media-type.ts';
import type { CheckOperation } from '../limits/check-operation.ts';
import type { ExecuteOperation, ValidOperation } from './execute-operation.ts';
import type { FormatError } from './format-error.ts';
import { PARTIAL_SUCCESS } from './http-status.ts';
import type { OperationContext } from './operation-context.ts';
import { reportErrors, reportOperation } from './request-report.ts';

/**
 * Executes operations that Apollo has parsed and validated before, without Apollo. Its answers are the same, byte for
 * byte; tests/api/graphql/fast-path.test.ts compares them. It is an optimisation only: without this file and its two
 * uses in graphql-engine.ts, everything works, more slowly.
 */
export interface FastPath {
  /** Null: nothing was executed, so Apollo has to answer. */
  answer(body: unknown, context: OperationContext): Promise<HTTPGraphQLResponse | null>;
  /** Remembers the valid operations that Apollo sees. */
  plugin: ApolloServerPlugin<OperationContext>;
}

interface FastPathOptions {
  check: CheckOperation;
  execute: ExecuteOperation;
  formatError: FormatError;
  metrics: Metrics;
}

const MOST_KNOWN = 500;
/** The total length of all texts. A parsed document takes twenty times as much memory as its text. */
const MOST_CHARACTERS = 1_000_000;

export function createFastPath({ check, execute, formatError, metrics }: FastPathOptions): FastPath {
  /** By text, and by the hash under which a client registered it. */
  const known = new LRUCache<string, ValidOperation>({ max: MOST_KNOWN, maxSize: MOST_CHARACTERS });

  return {
    async answer(body, context) {
      const asked = readBody(body);
      const valid = asked && known.get(asked.key);
      if (!valid || !isNameOf(valid, asked.operationName)) return null;
      try {
        check(valid.document, valid.operation, asked.variables);
      } catch {
        return null;
      }
      reportOperation(context.report, valid.operation);
      const { data, errors } = await execute(valid, context, asked.variables);
      if (data === undefined) return null;
      const formatted = errors?.map((error) => formatError(error.toJSON(), error));
      reportErrors(context.report, formatted, metrics);
      return toResponse({ ...(formatted && { errors: formatted }), data }, context.mediaType);
    },
    plugin: {
      requestDidStart: async () => ({
        didResolveOperation: async ({ document, operation, source, queryHash, metrics: of }) => {
          const operations = document.definitions.filter(({ kind }) => kind === 'OperationDefinition');
          if (!operation || operations.length > 1) return;
          const valid = { document, operation };
          known.set(source, valid, { size: source.length });
          if (of.persistedQueryHit || of.persistedQueryRegister)
            known.set(hashKey(queryHash), valid, { size: source.length });
        },
      }),
    },
  };
}

interface Asked {
  key: string;
  operationName: string | null;
  variables: Record<string, unknown>;
}

/** Null for any body but the usual ones, which is left to Apollo. */
function readBody(body: unknown): Asked | null {
  if (typeof body !== 'object' || body === null) return null;
  const { query, operationName = null, variables, extensions, ...others } = body as Record<string, unknown>;
  const key = typeof query === 'string' && isNothing(extensions) ? query : hashKeyOf(query, extensions);
  const values = variables ?? {};
  const isUsual =
    Object.keys(others).length === 0 &&
    (operationName === null || (typeof operationName === 'string' && operationName !== '')) &&
    typeof values === 'object' &&
    !Array.isArray(values);
  return key && isUsual
    ? { key, operationName: operationName as string | null, variables: values as Record<string, unknown> }
    : null;
}

function isNothing(extensions: unknown): boolean {
  return extensions == null || (typeof extensions === 'object' && Object.keys(extensions).length === 0);
}

/** The key of a request that contains only the hash of its operation (automatic persisted queries). */
function hashKeyOf(query: unknown, extensions: unknown): string | null {
  if (query !== undefined || typeof extensions !== 'object' || extensions === null) return null;
  const { persistedQuery, ...others } = extensions as Record<string, unknown>;
  if (Object.keys(others).length > 0 || typeof persistedQuery !== 'object' || persistedQuery === null)
    return null;
  const { version, sha256Hash } = persistedQuery as Record<string, unknown>;
  return version === 1 && typeof sha256Hash === 'string' ? hashKey(sha256Hash) : null;
}

/** Never equal to the text of an operation, so a text sent in place of a hash finds nothing. */
function hashKey(hash: string): string {
  return `sha256:${hash}`;
}

function isNameOf({ operation }: ValidOperation, name: string | null): boolean {
  return name === null || operation.name?.value === name;
}

function toResponse(result: FormattedExecutionResult, mediaType: MediaType): HTTPGraphQLResponse {
  const isPartial = result.errors && mediaType === 'application/graphql-response+json';
  return {
    status: isPartial ? PARTIAL_SUCCESS : 200,
    headers: new HeaderMap([['content-type', `${mediaType}; charset=utf-8`]]),
    body: { kind: 'complete', string: `${JSON.stringify(result)}\n` },
  };
}
