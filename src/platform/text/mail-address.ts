import { domainToASCII } from 'node:url';

const LOCAL_PART = /^[\w.+-]+$/;
const DOMAIN = /^[a-z0-9-]+(\.[a-z0-9-]+)*$/i;

/**
 * Returns the address of "Name <address>" or of an address alone, in ASCII, as message ids and calendar files need it. A
 * local part that neither of them takes becomes "tickets", such a domain "usher.invalid".
 */
export function asciiAddressOf(sender: string): string {
  const [, address = sender] = /<([^<>]*)>\s*$/.exec(sender) ?? [];
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at).trim();
  const domain = domainToASCII(address.slice(at + 1).trim());
  return `${LOCAL_PART.test(local) ? local : 'tickets'}@${DOMAIN.test(domain) ? domain : 'usher.invalid'}`;
}
