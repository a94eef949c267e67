import { GraphQLError, Kind, type SelectionSetNode, type ValidationRule } from 'graphql';

/**
 * Rejects operations whose selection sets are nested more deeply than the limit, those of fragments included. It needs
 * no types, so it also counts below interfaces. It visits each fragment once, so fragments cannot make it slow.
 */
export function depthLimit(limit: number): ValidationRule {
  return (context) => {
    const depthOfFragment = new Map<string, number>();

    function fragmentDepth(name: string): number {
      const known = depthOfFragment.get(name);
      if (known !== undefined) return known;
      // graphql-js rejects cyclic fragments; this only keeps the recursion finite.
      depthOfFragment.set(name, 0);
      const depth = depthOf(context.getFragment(name)?.selectionSet);
      depthOfFragment.set(name, depth);
      return depth;
    }

    function depthOf(set: SelectionSetNode | undefined): number {
      if (!set) return 0;
      const inside = set.selections.map((selection) =>
        selection.kind === Kind.FRAGMENT_SPREAD
          ? fragmentDepth(selection.name.value)
          : depthOf(selection.selectionSet),
      );
      return 1 + Math.max(...inside);
    }

    return {
      OperationDefinition({ selectionSet }) {
        const depth = depthOf(selectionSet);
        if (depth > limit)
          context.reportError(
            new GraphQLError(
              `The operation is ${depth} levels deep; at most ${limit} are allowed. Ask for less at once.`,
            ),
          );
      },
    };
  };
}
