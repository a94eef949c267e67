import fc from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { hostileText } from './hostile-text.ts';
import type { Argument, Directive, Operation, Selection } from './print-operation.ts';

/** What a user knows, or has got hold of. */
export interface KnownValues {
  ownTickets: string[];
  foreignTickets: string[];
  /** Lists with cursors that fit them; the last argument is the one that takes the cursor. */
  pages: { filter?: object; orderBy?: object; cursor: string }[];
  foreignCursors: string[];
}

type Composite = GraphQLObjectType | GraphQLInterfaceType;

/** Operations that the schema allows, with values that it need not like. */
export function arbitraryOperation(schema: GraphQLSchema, known: KnownValues): fc.Arbitrary<Operation> {
  const sets = new Map<string, fc.Arbitrary<Selection[]>>();

  const setOf = (type: Composite, longest = 6): fc.Arbitrary<Selection[]> => {
    const made = sets.get(type.name);
    if (made) return made;
    const fields = Object.values(type.getFields()).map(fieldOf);
    const field = fc.oneof(...fields, fc.constant(TYPE_NAME));
    const concrete = isInterfaceType(type) ? schema.getPossibleTypes(type) : [];
    const narrower = concrete.map((one) => fragmentOf(one.name, true, setOf(one, 3)));
    const fieldsOnly = fc.array(field, { minLength: 1, maxLength: 3 });
    const selection = fc.oneof(
      { weight: 12, arbitrary: field },
      { weight: 1, arbitrary: fragmentOf(type.name, false, fieldsOnly) },
      ...narrower.map((arbitrary) => ({ weight: 1, arbitrary })),
    );
    // What an abstract type turned out to be is always asked for: it is counted.
    const set = fc
      .array(selection, { minLength: 1, maxLength: longest })
      .map((list) => (isInterfaceType(type) ? [TYPE_NAME, ...list] : list));
    sets.set(type.name, set);
    return set;
  };

  const fieldOf = (field: GraphQLField<unknown, unknown>): fc.Arbitrary<Selection> => {
    const type = getNamedType(field.type);
    const below = isObjectType(type) || isInterfaceType(type) ? setOf(type) : fc.constant(null);
    return fc.record({
      kind: fc.constant('field' as const),
      name: fc.constant(field.name),
      alias: rarely,
      arguments: argumentsOf(field.args),
      selections: below,
      directive,
    });
  };

  const argumentsOf = (list: readonly GraphQLArgument[]): fc.Arbitrary<Argument[]> => {
    const free = fc
      .tuple(...list.map((one) => argumentOf(one, valueFor(one.type, one.name))))
      .map((given) => given.filter((one) => one !== null));
    if (!list.some(({ name }) => name === 'after') || known.pages.length === 0) return free;
    // Nobody hits a cursor of the right list by chance.
    const page = fc
      .tuple(fc.constantFrom(...known.pages), fc.integer({ min: 1, max: 100 }), fc.boolean(), way)
      .map(([{ filter, orderBy, cursor }, size, forward, how]) => {
        const values = forward
          ? { filter, orderBy, first: size, after: cursor }
          : { filter, orderBy, last: size, before: cursor };
        return list.flatMap(({ name, type }) => {
          const value = values[name as keyof typeof values];
          return value === undefined ? [] : [{ name, type, value, way: how }];
        });
      });
    return fc.oneof({ weight: 3, arbitrary: free }, { weight: 2, arbitrary: page });
  };

  const argumentOf = (
    { name, type }: GraphQLArgument,
    value: fc.Arbitrary<unknown>,
  ): fc.Arbitrary<Argument | null> => {
    const given = fc.record({ name: fc.constant(name), type: fc.constant(type), value, way });
    if (isNonNullType(type)) return given;
    return fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: given });
  };

  const valueFor = (type: GraphQLInputType, name: string): fc.Arbitrary<unknown> => {
    if (isNonNullType(type)) return valueFor(type.ofType, name);
    if (isListType(type)) {
      const item = valueFor(type.ofType, name);
      return fc.oneof(fc.array(item, { maxLength: 4 }), item, fc.constant(null));
    }
    if (isEnumType(type)) return fc.constantFrom(...type.getValues().map((value) => value.name));
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields());
      const required = fields.filter((one) => isNonNullType(one.type) && one.defaultValue === undefined);
      return fc.record(Object.fromEntries(fields.map((one) => [one.name, valueFor(one.type, one.name)])), {
        requiredKeys: required.map((one) => one.name),
        noNullPrototype: true,
      });
    }
    return valuesNamed(name, known) ?? hostileText;
  };

  const rootOf = (root: Operation['root'], type: Composite | null | undefined) =>
    type ? [fc.record({ root: fc.constant(root), selections: setOf(type, 3) })] : [];
  return fc.oneof(...rootOf('query', schema.getQueryType()), ...rootOf('mutation', schema.getMutationType()));
}

/** What arguments of a name are given: mostly what means something, sometimes anything. */
function valuesNamed(name: string, known: KnownValues): fc.Arbitrary<unknown> | undefined {
  const mostly = (values: unknown[], others: fc.Arbitrary<unknown> = hostileText) =>
    fc.oneof(
      { weight: 5, arbitrary: values.length > 0 ? fc.constantFrom(...values) : others },
      { weight: 1, arbitrary: others },
    );
  const foreign = mostly([...known.foreignTickets, 'TKT-OF-NOBODY']);
  const cursors = [...known.pages.map((page) => page.cursor), ...known.foreignCursors];
  const size = mostly(
    [1, 2, 5, 20, 100],
    fc.oneof(fc.constantFrom(0, -1, 101, 2 ** 31 - 1, -(2 ** 31)), fc.nat()),
  );
  const cursor = mostly(cursors, fc.oneof(hostileText, forgedCursor(cursors)));
  switch (name) {
    case 'id':
      return fc.oneof({ weight: 3, arbitrary: mostly(known.ownTickets) }, { weight: 1, arbitrary: foreign });
    case 'first':
    case 'last':
      return size;
    case 'after':
    case 'before':
      return cursor;
    case 'expectedRefund':
      return fc.constantFrom(
        '153.00',
        '333',
        333,
        '333.000',
        0,
        '0.00',
        -1,
        '9999999999999999.99',
        0.1,
        1e15,
      );
    case 'idempotencyKey':
      return mostly(Array.from({ length: 20 }, (_, key) => `key ${key}`));
    default:
      return undefined;
  }
}

/** A cursor with another key, id or list in it, or a few other letters. */
function forgedCursor(cursors: string[]): fc.Arbitrary<string> {
  if (cursors.length === 0) return hostileText;
  const part = fc.oneof(
    hostileText,
    fc.constantFrom<unknown>(null, 1, -1, [], {}, '9'.repeat(18), '9'.repeat(19)),
  );
  const time = fc.constantFrom(
    '0000-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
    '2024-02-30T00:00:00.000Z',
  );
  return fc
    .tuple(fc.constantFrom(...cursors), fc.nat(3), fc.oneof(part, time))
    .map(([cursor, index, value]) => {
      const parts: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
      return Buffer.from(JSON.stringify(parts.with(index, value))).toString('base64url');
    });
}

const TYPE_NAME: Selection = {
  kind: 'field',
  name: '__typename',
  alias: false,
  arguments: [],
  selections: null,
  directive: null,
};

const rarely = fc.oneof(
  { weight: 4, arbitrary: fc.constant(false) },
  { weight: 1, arbitrary: fc.constant(true) },
);
const way = fc.constantFrom('literal', 'variable', 'variable', 'default');

const directive: fc.Arbitrary<Directive | null> = fc.oneof(
  { weight: 12, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.record({
      name: fc.constantFrom('include', 'skip'),
      value: fc.boolean(),
      asVariable: fc.boolean(),
    }),
  },
);

function fragmentOf(
  on: string,
  narrows: boolean,
  selections: fc.Arbitrary<Selection[]>,
): fc.Arbitrary<Selection> {
  return fc.record({
    kind: fc.constant('fragment' as const),
    on: fc.constant(on),
    narrows: fc.constant(narrows),
    named: fc.boolean(),
    selections,
    directive,
  });
}
