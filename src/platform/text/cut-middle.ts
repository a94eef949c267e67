/** At most about so many UTF-16 units, the rest left out of the middle; never half a character. */
export function cutMiddle(text: string, units: number): string {
  if (text.length <= units) return text;
  const part = Math.floor(units / 2);
  return `${text.slice(0, part)} ... ${text.slice(-part)}`.toWellFormed();
}
