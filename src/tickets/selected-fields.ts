import {
  type FieldNode,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type SelectionNode,
} from 'graphql';

export type Info = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'variableValues'>;

/**
 * The names of the fields that are asked for below a field, through fragments; what variables skip is left out.
 *
 * @param path the fields to go down first: `selectedFields(info, 'edges', 'node')`
 */
export function selectedFields(info: Info, ...path: string[]): ReadonlySet<string> {
  let fields = fieldsBelow(info.fieldNodes, info);
  for (const name of path) {
    const onThePath = fields.filter((field) => field.name.value === name);
    fields = fieldsBelow(onThePath, info);
  }
  return new Set(fields.map((field) => field.name.value));
}

function fieldsBelow(nodes: readonly FieldNode[], { fragments, variableValues }: Info): FieldNode[] {
  const fields: FieldNode[] = [];
  const seen = new Set<string>();
  const collect = (selections: readonly SelectionNode[] = []) => {
    for (const selection of selections) {
      if (isSkipped(selection, variableValues)) continue;
      if (selection.kind === Kind.FIELD) fields.push(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet.selections);
      else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value);
        collect(fragments[selection.name.value]?.selectionSet.selections);
      }
    }
  };
  for (const node of nodes) collect(node.selectionSet?.selections);
  return fields;
}

function isSkipped(node: SelectionNode, variableValues: Info['variableValues']): boolean {
  if (!node.directives?.length) return false;
  return (
    getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.if === true ||
    getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.if === false
  );
}
