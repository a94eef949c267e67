import { type GraphQLInputType, isEnumType, isInputObjectType, isListType, isNonNullType } from 'graphql';

/** An operation as a tree; printing it makes it text with variables. */
export interface Operation {
  root: 'query' | 'mutation';
  selections: Selection[];
}

export type Selection =
  | {
      kind: 'field';
      name: string;
      alias: boolean;
      arguments: Argument[];
      /** Null for a leaf. */
      selections: Selection[] | null;
      directive: Directive | null;
    }
  | {
      kind: 'fragment';
      on: string;
      /** Whether it narrows the type around it: then its fields may clash with those of another fragment. */
      narrows: boolean;
      named: boolean;
      selections: Selection[];
      directive: Directive | null;
    };

export interface Argument {
  name: string;
  type: GraphQLInputType;
  /** As JSON has it. */
  value: unknown;
  way: Way;
}

/** Written into the text, sent as a variable, or the default of a variable that is not sent. */
export type Way = 'literal' | 'variable' | 'default';

export interface Directive {
  name: 'include' | 'skip';
  value: boolean;
  asVariable: boolean;
}

export interface PrintedOperation {
  query: string;
  variables: Record<string, unknown>;
}

/** Every alias is new, so that no two fields of one answer clash. */
export function printOperation({ root, selections }: Operation): PrintedOperation {
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];
  const fragments: string[] = [];
  const names = new Set<string>();
  let aliases = 0;

  const declare = (type: string, value: unknown, literal: string | null): string => {
    const name = `v${declared.length}`;
    declared.push(`$${name}: ${type}${literal === null ? '' : ` = ${literal}`}`);
    if (literal === null) variables[name] = value;
    return `$${name}`;
  };
  const printArgument = ({ name, type, value, way }: Argument): string => {
    const literal = printLiteral(value, type);
    if (way === 'literal' && literal !== null) return `${name}: ${literal}`;
    return `${name}: ${declare(String(type), value, way === 'default' ? literal : null)}`;
  };
  const printDirective = (directive: Directive | null): string => {
    if (!directive) return '';
    const value = directive.asVariable ? declare('Boolean!', directive.value, null) : directive.value;
    return ` @${directive.name}(if: ${value})`;
  };
  const printSet = (set: Selection[], inNarrower: boolean): string =>
    `{ ${set.map((selection) => print(selection, inNarrower)).join(' ')} }`;
  const print = (selection: Selection, inNarrower: boolean): string => {
    if (selection.kind === 'field') {
      const { name, arguments: given, selections: below } = selection;
      const needsAlias = inNarrower || selection.alias || (given.length > 0 && names.has(name));
      names.add(name);
      const alias = needsAlias ? `a${aliases++}: ` : '';
      const list = given.length > 0 ? `(${given.map(printArgument).join(', ')})` : '';
      return `${alias}${name}${list}${printDirective(selection.directive)}${below ? ` ${printSet(below, false)}` : ''}`;
    }
    const body = printSet(selection.selections, inNarrower || selection.narrows);
    const directive = printDirective(selection.directive);
    if (!selection.named) return `... on ${selection.on}${directive} ${body}`;
    const name = `F${fragments.length}`;
    fragments.push(`fragment ${name} on ${selection.on} ${body}`);
    return `...${name}${directive}`;
  };

  const body = printSet(selections, false);
  const head = declared.length > 0 ? `(${declared.join(', ')})` : '';
  return { query: [`${root} Fuzz${head} ${body}`, ...fragments].join('\n'), variables };
}

/** Null for what GraphQL's text cannot say: half a character. */
function printLiteral(value: unknown, type: GraphQLInputType): string | null {
  if (value === null) return 'null';
  if (isNonNullType(type)) return printLiteral(value, type.ofType);
  if (isListType(type)) {
    if (!Array.isArray(value)) return printLiteral(value, type.ofType);
    const items = value.map((item) => printLiteral(item, type.ofType));
    return items.includes(null) ? null : `[${items.join(', ')}]`;
  }
  if (isInputObjectType(type)) {
    const fields = type.getFields();
    const entries = Object.entries(value as object).map(([key, one]) => {
      const field = fields[key];
      const literal = field ? printLiteral(one, field.type) : null;
      return literal === null ? null : `${key}: ${literal}`;
    });
    return entries.includes(null) ? null : `{${entries.join(', ')}}`;
  }
  if (isEnumType(type)) return String(value);
  if (typeof value === 'string' && /\p{Cs}/u.test(value)) return null;
  return JSON.stringify(value);
}
