import { buildSchema, type DocumentNode, type OperationDefinitionNode, parse } from 'graphql';
import { afterEach, describe, expect, it, vi } from 'vitest';

const compiled = vi.hoisted(() => vi.fn());
vi.mock('graphql-jit', async (original) => {
  const jit = await original<typeof import('graphql-jit')>();
  const compileQuery: typeof jit.compileQuery = (...args) => {
    compiled();
    return jit.compileQuery(...args);
  };
  return { ...jit, compileQuery };
});

const { createExecutor } = await import('../../../src/api/graphql/execute-operation.ts');

afterEach(() => compiled.mockClear());

const schema = buildSchema('type Query { a: Int b: Int }');

function valid(text: string): { document: DocumentNode; operation: OperationDefinitionNode } {
  const document = parse(text);
  return { document, operation: document.definitions[0] as OperationDefinitionNode };
}

describe('an operation', () => {
  it('is compiled when it has come so often, once, and answers as before', async () => {
    const execute = createExecutor(schema, 3);
    const operation = valid('{ a b }');
    const answers = [];
    for (let n = 0; n < 6; n += 1) {
      answers.push(await execute(operation, {}, {}));
      expect(compiled).toHaveBeenCalledTimes(n < 2 ? 0 : 1);
    }
    for (const answer of answers) expect(answer).toEqual({ data: { a: null, b: null } });
  });

  it('with directives is never compiled', async () => {
    const execute = createExecutor(schema, 1);
    const operation = valid('query ($x: Boolean = true) { a ...F } fragment F on Query { b @skip(if: $x) }');
    for (let n = 0; n < 3; n += 1) expect(await execute(operation, {}, {})).toEqual({ data: { a: null } });
    expect(compiled).not.toHaveBeenCalled();
  });

  it('that is pushed out by larger ones, fragments counted, is compiled anew', async () => {
    const execute = createExecutor(schema, 1);
    const operation = valid('{ a b }');
    await execute(operation, {}, {});
    for (let n = 0; n < 21; n += 1) {
      const spreads = Array.from({ length: 500 }, () => '...F').join(' ');
      await execute(valid(`query Q${n} { ${spreads} } fragment F on Query { a }`), {}, {});
    }
    await execute(operation, {}, {});
    expect(compiled).toHaveBeenCalledTimes(23);
  });
});
