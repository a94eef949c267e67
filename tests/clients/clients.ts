/**
 * The example programs, and how what they need is generated from schema.graphql, each into its folder `generated`. The
 * commands run in examples/clients.
 */
export interface Client {
  name: 'codegen' | 'relay' | 'gql-tada';
  generate: [command: string, ...args: string[]];
  /** Whether generating fails on an operation that is not valid. */
  generatorReadsOperations: boolean;
}

export const EXAMPLES = 'examples/clients';

export const clients: Client[] = [
  {
    name: 'codegen',
    generate: ['graphql-codegen', '--config', 'codegen/codegen.ts'],
    generatorReadsOperations: true,
  },
  {
    name: 'relay',
    generate: ['relay-compiler', 'relay/relay.config.json'],
    generatorReadsOperations: true,
  },
  { name: 'gql-tada', generate: ['tsx', 'gql-tada/generate.ts'], generatorReadsOperations: false },
];

export const folderOf = ({ name }: Client) => `${EXAMPLES}/${name}`;
