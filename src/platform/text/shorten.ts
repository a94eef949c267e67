const graphemes = new Intl.Segmenter('en-IN');

/** At most so many UTF-16 units, as SMS are counted, and never half a letter. */
export function shorten(text: string, units: number): string {
  if (text.length <= units) return text;
  let short = '';
  for (const { segment } of graphemes.segment(text)) {
    if (short.length + segment.length > units - 3) break;
    short += segment;
  }
  return `${short.trimEnd()}...`;
}
