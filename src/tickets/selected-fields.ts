import {
  type FieldNode,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type SelectionNode,
} from 'graphql';

type Info = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'variableValues'>;

/**
 * Returns the names of the fields selected below a field, also those in fragments. Fields that `@skip` or `@include`
 * exclude are absent.
 *
 * @param path the fields to descend first: `selectedFields(info, 'edges', 'node')`
 */
export function selectedFields(info: Info, ...path: string[]): ReadonlySet<string> {
  let fields = fieldsBelow(info.fieldNodes, info);
  for (const name of path) {
    const onPath = fields.filter((field) => field.name.value === name);
    fields = fieldsBelow(onPath, info);
  }
  return new Set(fields.map((field) => field.name.value));
}

/** Fields below a field of a ticket that need data of their own. */
const FIELDS_BELOW = {
  show: ['seatMap'],
  seats: ['paidAmount', 'cancelledAt', 'refund'],
  timeline: ['seatNumbers'],
};

/**
 * Returns the names of the selected fields of a ticket. A field of `FIELDS_BELOW` is returned as a path:
 * `show.seatMap`.
 *
 * @param path the fields between the resolved field and the ticket
 */
export function selectedTicketFields(info: Info, ...path: string[]): Set<string> {
  const fields = new Set(selectedFields(info, ...path));
  for (const [field, below] of Object.entries(FIELDS_BELOW)) {
    if (!fields.has(field)) continue;
    const selected = selectedFields(info, ...path, field);
    for (const name of below) if (selected.has(name)) fields.add(`${field}.${name}`);
  }
  return fields;
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
