import type { CodegenConfig } from '@graphql-codegen/cli';

/** `npx graphql-codegen --config codegen/codegen.ts`, in examples/clients, writes generated/. */
const config: CodegenConfig = {
  schema: '../../schema.graphql',
  documents: 'codegen/*.ts',
  generates: {
    'codegen/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        // Amounts are decimals: as numbers they would be rounded.
        scalars: { Date: 'string', DateTime: 'string', Decimal: 'string' },
        // A scalar that is missing above stops the generation instead of becoming any.
        strictScalars: true,
        useTypeImports: true,
        enumType: 'string-literal',
      },
    },
  },
};

export default config;
