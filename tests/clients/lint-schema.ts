import graphqlPlugin from '@graphql-eslint/eslint-plugin';
import { ESLint, type Linter } from 'eslint';
import { type RuleException, ruleExceptions } from './schema-rule-exceptions.ts';

const rules = {
  ...graphqlPlugin.configs['flat/schema-recommended'].rules,
  ...graphqlPlugin.configs['flat/schema-relay'].rules,
  '@graphql-eslint/relay-edge-types': [
    'error',
    {
      withEdgeSuffix: true,
      // Seats, events and tiers of one ticket are few, so they are lists and no connections.
      listTypeCanWrapOnlyEdgeType: false,
      // There is no Node: a ticket is fetched by the root field `ticket`, which says NOT_FOUND.
      shouldImplementNode: false,
    },
  ],
} as unknown as Linter.RulesRecord;

/**
 * What graphql-eslint's rules for schemas and for Relay say against a schema, a line each, and which exceptions are
 * of no use any more; nothing when all is well.
 */
export async function lintSchema(schema: string, exceptions = ruleExceptions): Promise<string[]> {
  const eslint = new ESLint({
    overrideConfigFile: true,
    overrideConfig: {
      files: ['**/*.graphql'],
      languageOptions: { parser: graphqlPlugin.parser, parserOptions: { graphQLConfig: { schema } } },
      plugins: { '@graphql-eslint': graphqlPlugin },
      rules,
    } as unknown as Linter.Config,
  });
  const messages = (await eslint.lintText(schema, { filePath: 'schema.graphql' })).flatMap(
    (result) => result.messages,
  );
  const isMeant = (exception: RuleException, { ruleId, message }: Linter.LintMessage) =>
    ruleId === `@graphql-eslint/${exception.rule}` && message.startsWith(exception.says);
  return [
    ...messages
      .filter((message) => !exceptions.some((exception) => isMeant(exception, message)))
      .map(({ line, message, ruleId }) => `schema.graphql:${line} ${message} (${ruleId})`),
    ...exceptions
      .filter((exception) => !messages.some((message) => isMeant(exception, message)))
      .map(({ rule, says }) => `The exception from ${rule} "${says}" is of no use any more: remove it.`),
  ];
}
