/** 3GPP TS 23.038, 6.2.1: the alphabet, and the table of those that count as two. */
const BASIC = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]$/;
const EXTENDED = /^[\^{}\\[~\]|€]$/;

/** How many segments an SMS is sent as. A single letter outside the GSM alphabet makes all of it UCS-2. */
export function smsSegments(text: string): number {
  const letters = Array.from(text);
  const sizes = letters.map((letter) => (BASIC.test(letter) ? 1 : EXTENDED.test(letter) ? 2 : null));
  if (sizes.includes(null)) return text.length <= 70 ? 1 : Math.ceil(text.length / 67);
  const units = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  return units <= 160 ? 1 : Math.ceil(units / 153);
}
