/** Amounts are paise (bigint) in the program, and decimal strings of rupees ("370.00") outside. */

/** Formats paise as rupees: 37000n gives "370.00". */
export function formatRupees(paise: bigint): string {
  const digits = (paise < 0n ? -paise : paise).toString().padStart(3, '0');
  return `${paise < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/**
 * Parses "370", "370.5" or "370.00". Digits after the second decimal must be zero.
 *
 * @returns paise; null for any other text, and for an amount too large for the database
 */
export function parseRupees(text: string): bigint | null {
  const match = /^(-?)(\d{1,16})(?:\.(\d{1,2})0{0,10})?$/.exec(text);
  if (!match) return null;
  const [, sign = '', rupees = '0', fraction = ''] = match;
  const paise = BigInt(rupees) * 100n + BigInt(fraction.padEnd(2, '0'));
  return sign ? -paise : paise;
}
