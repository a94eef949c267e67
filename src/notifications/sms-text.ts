/** The text of an SMS in the alphabet that takes the fewest segments. */

/** GSM 03.38 (3GPP TS 23.038, 6.2.1): 160 letters a message, else 153 a segment. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** Of the extension table, each counts as two. */
const EXTENDED = '^{}\\[~]|€';
const GSM = new Set(BASIC + EXTENDED);

const SUBSTITUTES: Record<string, string> = {
  '₹': 'Rs ',
  '‘': "'",
  '’': "'",
  '‚': "'",
  '‛': "'",
  '′': "'",
  '`': "'",
  '´': "'",
  ʼ: "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '″': '"',
  '«': '"',
  '»': '"',
  '‹': "'",
  '›': "'",
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '―': '-',
  '−': '-',
  '•': '-',
  '·': '-',
  '⁄': '/',
  '×': 'x',
  œ: 'oe',
  Œ: 'OE',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ı: 'i',
};

/**
 * Returns the text in the GSM alphabet where that can carry it: with straight quotes, without the accents that the
 * alphabet lacks, and with "Rs" for the rupee sign. Otherwise, as in Hindi, it returns the text unchanged: a single
 * other letter makes the whole SMS UCS-2, with 67 letters a segment.
 */
export function smsText(text: string): string {
  let gsm = '';
  for (const character of text.normalize('NFC')) {
    const carried = carry(character);
    if (carried === null) return text;
    gsm += carried;
  }
  return gsm;
}

/** Null if the GSM alphabet has nothing like the character. */
function carry(character: string): string | null {
  if (GSM.has(character)) return character;
  if (SUBSTITUTES[character] !== undefined) return SUBSTITUTES[character];
  if (!/[\p{Script=Latin}\p{N}\p{P}\p{Zs}]/u.test(character)) return null;
  // "ā" without its macron, "ﬁ" as two letters, "½" as 1/2, a wide "Ａ", a space that does not break.
  const plain = Array.from(character.normalize('NFKD').replace(/\p{Mn}/gu, ''), (one) =>
    GSM.has(one) ? one : SUBSTITUTES[one],
  );
  return plain.includes(undefined) ? null : plain.join('');
}
