/** The example programs, and how what they need is generated from schema.graphql; each into its folder `generated`. */
export interface Client {
  name: 'codegen' | 'relay' | 'gql-tada';
  generate: [command: string, ...args: string[]];
  /** Whether generating fails on an operation that is not valid. */
  generatorReadsOperations: boolean;
}

const folder = 'examples/clients';

export const clients: Client[] = [
  {
    name: 'codegen',
    generate: ['graphql-codegen', '--config', `${folder}/codegen/codegen.ts`],
    generatorReadsOperations: true,
  },
  {
    name: 'relay',
    generate: ['relay-compiler', `${folder}/relay/relay.config.json`],
    generatorReadsOperations: true,
  },
  { name: 'gql-tada', generate: ['tsx', `${folder}/gql-tada/generate.ts`], generatorReadsOperations: false },
];

export const folderOf = ({ name }: Client) => `${folder}/${name}`;
