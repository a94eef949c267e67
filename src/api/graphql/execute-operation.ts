import {
  BREAK,
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';

/** A valid operation, and the document that it is in. Both are the same objects for all who send the same text. */
export interface ValidOperation {
  document: DocumentNode;
  operation: OperationDefinitionNode;
}

/** Executes an operation whose variables fit. */
export type ExecuteOperation = (
  valid: ValidOperation,
  contextValue: unknown,
  variables: Record<string, unknown>,
) => Promise<ExecutionResult>;

/** Compiling takes some milliseconds: nobody is to make us do it by sending ever new operations. */
export const RUNS_BEFORE_COMPILING = 20;
/** What was not executed for longest goes first. */
const MOST_COMPILED = 300;
/** Of all that are compiled. A selection takes two to three kilobytes. */
const MOST_SELECTIONS = 20_000;

/** Executes operations by graphql-js; those that come again and again are compiled to JavaScript by graphql-jit. */
export function createExecutor(schema: GraphQLSchema, runsBeforeCompiling: number): ExecuteOperation {
  const runs = new WeakMap<OperationDefinitionNode, number>();
  const compiled = new LRUCache<OperationDefinitionNode, CompiledQuery>({
    max: MOST_COMPILED,
    maxSize: MOST_SELECTIONS,
    dispose: (_, operation) => runs.delete(operation),
  });

  function compiledFor({ document, operation }: ValidOperation): CompiledQuery | null {
    const known = compiled.get(operation);
    if (known) return known;
    const run = (runs.get(operation) ?? 0) + 1;
    runs.set(operation, run);
    if (run !== runsBeforeCompiling || isBeyondJit(document)) return null;
    const made = compileQuery(schema, document, operation.name?.value);
    if (!isCompiledQuery(made)) return null;
    compiled.set(operation, made, { size: countSelections(document, operation.selectionSet) });
    return made;
  }

  return async (valid, contextValue, variableValues) => {
    const result = await compiledFor(valid)?.query(undefined, contextValue, variableValues);
    // Without data nothing was executed: of a variable that has a default graphql-jit may demand a value all the same.
    if (result?.data !== undefined) return withOurErrors(result);
    const { document, operation } = valid;
    return execute({ schema, document, contextValue, operationName: operation.name?.value, variableValues });
  };
}

/**
 * Of a field that is asked for twice, graphql-jit mixes up what @skip and @include say in one place and the other; and what
 * an operation calls __proto__ becomes the prototype of an object.
 */
function isBeyondJit(document: DocumentNode): boolean {
  let found = false;
  const stop = () => {
    found = true;
    return BREAK;
  };
  visit(document, {
    Directive: stop,
    Name: ({ value }) => (value === '__proto__' ? stop() : undefined),
  });
  return found;
}

/** With fragments written out: Apollo refuses documents that have more of them than MAX_TOKENS. */
function countSelections(document: DocumentNode, { selections }: SelectionSetNode): number {
  return selections.reduce((count, selection) => {
    const below =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? document.definitions.find(
            (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === selection.name.value,
          )
        : selection;
    const set = below && 'selectionSet' in below ? below.selectionSet : undefined;
    return count + 1 + (set ? countSelections(document, set) : 0);
  }, 0);
}

/** graphql-jit's errors lack what Apollo and our masking read of every error. */
function withOurErrors(result: ExecutionResult): ExecutionResult {
  if (!result.errors) return result;
  const errors = result.errors.map(({ message, path, originalError, locations }) => {
    const error = new GraphQLError(message, { path: path ?? null, originalError: originalError ?? null });
    // Where nodes keep none, as in production, graphql-jit's list is empty.
    return locations?.length ? Object.assign(error, { locations }) : error;
  });
  return { ...result, errors };
}
