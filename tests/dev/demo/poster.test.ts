import { expect, it } from 'vitest';
import { MOVIES } from '../../../src/dev/demo/movies.ts';
import { drawPoster, posterSvg } from '../../../src/dev/demo/poster.ts';
import { layOutTitle } from '../../../src/dev/demo/poster-title.ts';

it.each(MOVIES)('the poster of $name is well-formed SVG that needs nothing from elsewhere', ({ id }) => {
  const svg = posterSvg(id) ?? '';
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="600" height="900"/);
  expect(unclosedTags(svg)).toEqual([]);
  expect(svg).not.toMatch(/href|url\((?!#)|<script|@import/);
});

it('a poster is the same every time', () => {
  expect(posterSvg('movie-rrr')).toBe(posterSvg('movie-rrr'));
});

it('a movie that does not exist has no poster', () => {
  expect(posterSvg('movie-none')).toBeNull();
  expect(posterSvg('')).toBeNull();
});

it('a title is escaped', () => {
  const [movie] = MOVIES;
  if (!movie) throw new Error('no movie');
  const svg = drawPoster({ ...movie, name: `<b> & "Jack" & 'Jill'` });
  expect(svg).not.toContain('<b>');
  expect(svg).toContain('&#60;b&#62; &#38;');
  expect(unclosedTags(svg)).toEqual([]);
});

it('a title is broken between words and after a colon, and shrinks until its longest line fits', () => {
  expect(layOutTitle('Dune: Part Two', 496).lines).toEqual(['Dune:', 'Part Two']);
  expect(layOutTitle('Spider-Man: Across the Spider-Verse', 496).lines).toEqual([
    'Spider-Man:',
    'Across the',
    'Spider-Verse',
  ]);
  expect(layOutTitle('Oppenheimer', 496).size).toBeLessThan(layOutTitle('RRR', 496).size);
});

/** The tags still open at the end; throws where the text is not XML at all. */
function unclosedTags(xml: string): string[] {
  const open: string[] = [];
  const markup = /<(\/?)([a-zA-Z]+)((?:\s[\w:-]+="[^"<&]*(?:&#\d+;[^"<&]*)*")*)\s*(\/?)>/g;
  const text = xml.replace(markup, (_, closes: string, name: string, _attributes, empty: string) => {
    if (closes && open.pop() !== name) throw new Error(`</${name}> closes another tag`);
    if (!closes && !empty) open.push(name);
    return '';
  });
  if (/[<>]|&(?!#\d+;)/.test(text)) throw new Error(`not XML: ${text}`);
  return open;
}
