import 'reflect-metadata';
import { buildSchema, type GraphQLObjectType, graphql } from 'graphql';
import { describe, expect, it } from 'vitest';
import { applyAccessRules, ROOT_FIELD_RULES } from '../../../src/api/access/apply-access-rules.ts';
import { buildSchema as buildUsherSchema } from '../../../src/api/graphql/build-schema.ts';

const schema = await buildUsherSchema();
const rootTypes = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter(
  (type): type is GraphQLObjectType => type != null,
);

describe('the access rules', () => {
  it.each(
    rootTypes.flatMap((type) => Object.keys(type.getFields()).map((field) => [type.name, field] as const)),
  )('have one for %s.%s', (type, field) => {
    const rules: Record<string, Record<string, unknown>> = ROOT_FIELD_RULES;
    expect(rules[type]?.[field]).toBeDefined();
  });

  it('deny a root field without a rule', async () => {
    const withAnother = buildSchema(`
      type Query { myTickets: Int ticket(id: ID!): Int secret: Int }
      type Mutation { cancelTicket(id: ID!): Int cancelSeats(ticketId: ID!): Int destroy: Int }`);
    const guarded = applyAccessRules(withAnother);
    const contextValue = { viewer: { id: 'user-asha' }, throwIfAborted: () => {} };
    const rootValue = { secret: 42, destroy: 42 };
    const read = await graphql({ schema: guarded, source: '{ secret }', rootValue, contextValue });
    expect(read.data).toEqual({ secret: null });
    const written = await graphql({
      schema: guarded,
      source: 'mutation { destroy }',
      rootValue,
      contextValue,
    });
    expect(written.data).toEqual({ destroy: null });
    expect(written.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });
});
