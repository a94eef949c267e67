/** The values of a database enum as an object for GraphQL and TypeScript: { CONFIRMED: 'CONFIRMED', ... }. */
export function enumOf<const Value extends string>({
  enumValues,
}: {
  enumValues: readonly Value[];
}): {
  readonly [V in Value]: V;
} {
  return Object.fromEntries(enumValues.map((value) => [value, value])) as { [V in Value]: V };
}
