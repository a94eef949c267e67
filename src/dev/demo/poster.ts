import { type DemoMovie, MOVIES } from './movies.ts';
import { drawMotif } from './poster-motif.ts';
import { layOutTitle } from './poster-title.ts';

export const POSTER_WIDTH = 600;
export const POSTER_HEIGHT = 900;
const MARGIN = 52;
const TITLE_BOTTOM = 770;
const FACE = `font-family="Georgia, 'Times New Roman', 'DejaVu Serif', serif"`;

/** The SVG poster of a demo movie. Null if there is no such movie. */
export function posterSvg(movieId: string): string | null {
  const movie = MOVIES.find(({ id }) => id === movieId);
  return movie ? drawPoster(movie) : null;
}

/** Draws the title over a motif in the movie's colours, as self-contained SVG. */
export function drawPoster({ id, name, durationMinutes, rating, poster }: DemoMovie): string {
  const { lines, size } = layOutTitle(name, POSTER_WIDTH - 2 * MARGIN);
  const title = lines.map((line, index) => {
    const y = Math.round(TITLE_BOTTOM - (lines.length - 1 - index) * size * 1.08);
    return `<text x="${MARGIN}" y="${y}" ${FACE} font-size="${size}" font-weight="700" fill="#fff">${escapeXml(line)}</text>`;
  });
  const facts = `${Math.floor(durationMinutes / 60)} h ${durationMinutes % 60} min  ·  ${rating.toFixed(1)} / 10`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${POSTER_WIDTH}" height="${POSTER_HEIGHT}" viewBox="0 0 ${POSTER_WIDTH} ${POSTER_HEIGHT}" role="img" aria-label="${escapeXml(name)}">
<defs>
<linearGradient id="${id}-sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${poster.top}"/><stop offset="1" stop-color="${poster.bottom}"/></linearGradient>
<linearGradient id="${id}-shade" x1="0" y1="0" x2="0" y2="1"><stop offset="0.45" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity="0.72"/></linearGradient>
</defs>
<rect width="${POSTER_WIDTH}" height="${POSTER_HEIGHT}" fill="url(#${id}-sky)"/>
${drawMotif(poster.motif, poster.accent, id)}
<rect width="${POSTER_WIDTH}" height="${POSTER_HEIGHT}" fill="url(#${id}-shade)"/>
${title.join('\n')}
<rect x="${MARGIN}" y="800" width="72" height="4" fill="${poster.accent}"/>
<text x="${MARGIN}" y="846" ${FACE} font-size="24" letter-spacing="1" fill="${poster.accent}">${facts}</text>
</svg>
`;
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.codePointAt(0)};`);
}
