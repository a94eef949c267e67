import { isEnumType, isInputObjectType, isInterfaceType, isObjectType, isSpecifiedScalarType } from 'graphql';
import { expect, it } from 'vitest';
import { buildSchema } from '../../src/api/graphql/build-schema.ts';

type Described = [path: string, description: string | null | undefined];

const schema = await buildSchema();
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
);

/** Everything that a reader of the schema meets. */
const parts: Described[] = [];
for (const type of types) {
  const isRoot = type === schema.getQueryType() || type === schema.getMutationType();
  if (!isRoot) parts.push([type.name, type.description]);
  if (isEnumType(type)) {
    for (const value of type.getValues()) parts.push([`${type.name}.${value.name}`, value.description]);
  } else if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) {
      parts.push([`${type.name}.${field.name}`, field.description]);
      const args = 'args' in field ? field.args : [];
      for (const arg of args) parts.push([`${type.name}.${field.name}(${arg.name})`, arg.description]);
    }
  }
}

it.each(parts)('%s has a description', (_path, description) => {
  expect(description?.length).toBeGreaterThan(3);
});
