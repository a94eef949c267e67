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

/** A valid operation and its document. Requests with the same text share these objects. */
export interface ValidOperation {
  document: DocumentNode;
  operation: OperationDefinitionNode;
}

/** Executes an operation whose variables have been checked. */
export type ExecuteOperation = (
  valid: ValidOperation,
  contextValue: unknown,
  variables: Record<string, unknown>,
) => Promise<ExecutionResult>;

/** Compiling takes milliseconds, so an operation is compiled only after it was sent this often. */
export const RUNS_BEFORE_COMPILING = 20;
const MOST_COMPILED = 300;
/** The total for all compiled operations. A compiled selection takes two to three kilobytes. */
const MOST_SELECTIONS = 20_000;

/** Executes operations with graphql-js, and frequent ones with graphql-jit, which compiles them to JavaScript. */
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
    if (run !== runsBeforeCompiling || isUnsafeForJit(document)) return null;
    const made = compileQuery(schema, document, operation.name?.value);
    if (!isCompiledQuery(made)) return null;
    compiled.set(operation, made, { size: countSelections(document, operation.selectionSet) });
    return made;
  }

  return async (valid, contextValue, variableValues) => {
    const result = await compiledFor(valid)?.query(undefined, contextValue, variableValues);
    // Without data, nothing was executed: graphql-jit may require a value for a variable that has a default.
    if (result?.data !== undefined) return withGraphQLErrors(result);
    const { document, operation } = valid;
    return execute({ schema, document, contextValue, operationName: operation.name?.value, variableValues });
  };
}

/**
 * Whether graphql-jit would execute the document wrongly. It mixes up @skip and @include of a field that is selected
 * twice, and an alias __proto__ sets the prototype of the result.
 */
function isUnsafeForJit(document: DocumentNode): boolean {
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

/** Counts a fragment wherever it is spread. Apollo rejects documents with more than MAX_TOKENS selections. */
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

/** The errors of graphql-jit are no GraphQLErrors, which Apollo and our masking expect. */
function withGraphQLErrors(result: ExecutionResult): ExecutionResult {
  if (!result.errors) return result;
  const errors = result.errors.map(({ message, path, originalError, locations }) => {
    const error = new GraphQLError(message, { path: path ?? null, originalError: originalError ?? null });
    // graphql-jit gives an empty list if the nodes have no locations, as in production.
    return locations?.length ? Object.assign(error, { locations }) : error;
  });
  return { ...result, errors };
}
