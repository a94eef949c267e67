import { type ASTNode, GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { formatRupees, parseRupees } from './money.ts';

/** Converts between paise (bigint) and decimal strings of rupees. As input, a number is accepted too. */
export const DecimalScalar = new GraphQLScalarType<bigint, string>({
  name: 'Decimal',
  description:
    'An exact decimal amount as a string with two decimals, such as "370.00". As input, "370", "370.0" and the number 370 mean the same. Never parse it as a float to calculate with it.',
  serialize: (value) => {
    if (typeof value !== 'bigint') throw new TypeError('Decimal serializes paise as a bigint');
    return formatRupees(value);
  },
  parseValue: (value) => {
    if (typeof value !== 'string' && typeof value !== 'number') throw invalid();
    return parse(String(value));
  },
  parseLiteral: (node) => {
    if (node.kind !== Kind.STRING && node.kind !== Kind.INT && node.kind !== Kind.FLOAT) throw invalid(node);
    return parse(node.value, node);
  },
});

function parse(text: string, node?: ASTNode): bigint {
  const paise = parseRupees(text);
  if (paise === null) throw invalid(node);
  return paise;
}

function invalid(node?: ASTNode): GraphQLError {
  const message = 'Decimal must be an amount with at most two decimals, such as "370.00".';
  return new GraphQLError(message, { nodes: node ?? null });
}
