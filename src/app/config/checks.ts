import { accessSync, constants } from 'node:fs';
import { z } from 'zod';
import { withPlaceInFront } from '../../platform/db/connection-url.ts';
import { eachHost, withPorts } from '../../platform/db/hosts-of-url.ts';
import {
  certificateFilesOf,
  findWrongParameter,
  withoutIdleParameters,
} from '../../platform/db/url-parameters.ts';

const NOT_DECODABLE = 'has a % that encodes nothing; write a % itself as %25';

/** Checks of the values of variables. Each message continues "NAME: ". */

export const text = z
  .string()
  .refine((value) => value !== '' && value.trim() === value, 'must not be blank, nor have blanks around it')
  .optional();

/** Part of an Authorization header, possibly followed by a colon. */
export const credential = z
  .string()
  .regex(/^[!-9;-~]+$/, 'must be ASCII characters without blanks and colons')
  .optional();

export const flag = z
  .enum(['true', 'false'], 'must be true or false')
  .transform((value) => value === 'true')
  .optional();

export const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((number) => number >= least && number <= most, `must be from ${least} to ${most}`);

export const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
      `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    )
    .refine(isDecodable, NOT_DECODABLE);

function isDecodable(value: string): boolean {
  try {
    decodeURIComponent(value);
    return true;
  } catch {
    return false;
  }
}

/**
 * A URL of one host, of several hosts separated by commas (a primary and its standbys), or of a Unix socket as libpq
 * spells it: postgres:///usher?host=/run/postgresql, or the encoded folder as the host.
 */
export const databaseUrl = z
  .string()
  .transform((value) => withPlaceInFront(value) ?? value)
  .refine(
    (value) => /^postgres(ql)?:/.test(value) && eachHost(value) !== null,
    'must be a URL that begins with postgres:// or postgresql://, of one host or several such as postgres://user:password@a:5432,b:5432/usher',
  )
  .refine(isDecodable, NOT_DECODABLE)
  .refine(
    (value) => /[?&](schema|currentSchema|search_path)=(?!public(&|$))/.test(value) === false,
    "must not name another schema: Usher's tables are in the schema public",
  )
  .superRefine(checkParameters)
  .transform(withoutIdleParameters)
  .transform(withPorts);

/** Each parameter has psql's meaning, or the start says in one line that it has none. */
function checkParameters(url: string, context: z.RefinementCtx): void {
  const wrong = findWrongParameter(url) ?? findUnreadable(url);
  if (wrong !== null) context.addIssue({ code: 'custom', message: wrong });
}

function findUnreadable(url: string): string | null {
  for (const { name, file } of certificateFilesOf(url)) {
    try {
      accessSync(file, constants.R_OK);
    } catch {
      return `${name} names the file ${file}, which cannot be read`;
    }
  }
  return null;
}

/** One URL for each replica, separated by commas. */
export const replicaUrls = z
  .string()
  .transform((value) => value.split(',').map((one) => withPlaceInFront(one.trim()) ?? one.trim()))
  .refine(
    (values) => values.every((value) => /^postgres(ql)?:/.test(value) && URL.canParse(value)),
    'must be URLs that begin with postgres:// or postgresql://, one of each replica, with commas between and none at the end',
  )
  .refine((values) => values.every(isDecodable), NOT_DECODABLE)
  .superRefine((values, context) => {
    for (const value of values) checkParameters(value, context);
  })
  .transform((values) => values.map(withoutIdleParameters))
  .refine((values) => new Set(values).size === values.length, 'names a replica twice')
  .optional();

/** A URL that others are resolved against. */
export const baseUrl = (...protocols: string[]) =>
  url(...protocols).refine((value) => !/[?#]/.test(value), 'must have no query and no fragment');

export const origins = z
  .string()
  .transform((value) => value.split(',').map((one) => one.trim()))
  .refine(
    (values) => values.every(isOrigin),
    'must be * or origins such as https://app.example.com, https://*.example.com or capacitor://localhost, with commas between and none at the end',
  )
  .optional();

/** An origin of an app in a web view, as browsers spell it: no path, and no port unless it is unusual. */
const APP_ORIGIN = /^(?!https?:|file:)[a-z][a-z\d+.-]*:\/\/[a-z\d][a-z\d.-]*(?::\d{1,5})?$/;

/** `*` stands for subdomains of a domain that has at least two labels: `*.com` would be everybody. */
const SUBDOMAINS = /^(https?:\/\/)\*\.(?=[^.*]+\.[^*]+$)/;

function isOrigin(value: string): boolean {
  if (value === '*' || APP_ORIGIN.test(value)) return true;
  const one = value.replace(SUBDOMAINS, '$1any.');
  return !one.includes('*') && URL.canParse(one) && new URL(one).origin === one;
}

/** One mailbox, alone or in angle brackets after a name. A name with special characters is in quotes. */
const SENDER = /^(?:(?:[^\p{Cc}<>()[\]\\,;:"@]+|"[^\p{Cc}"\\]+") <([^<>]+)>|([^<>]+))$/u;
const MAILBOX = /^[^\s\p{C}<>()[\]\\,;:"@]+@[^\s\p{C}<>()[\]\\,;:"@]+$/u;

export const mailSender = z.string().refine((value) => {
  const [, named, alone = ''] = SENDER.exec(value) ?? [];
  return MAILBOX.test(named ?? alone);
}, 'must be one address, such as tickets@example.com or Usher <tickets@example.com>');

/** What Twilio accepts as From: an E.164 number, a short code, or letters and digits with at least one letter. */
const SMS_SENDER = /^(?:\+[1-9]\d{5,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/;

export const smsSender = z
  .string()
  .regex(SMS_SENDER, 'must be a number such as +15005550006, a short code, or at most 11 letters and digits')
  .optional();
