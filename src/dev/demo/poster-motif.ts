import type { PosterMotif } from './movies.ts';
import { seededRandom } from './seeded-random.ts';

/** Draws the picture of a poster as SVG: a few shapes in one colour, the same for the same seed. */
export function drawMotif(motif: PosterMotif, colour: string, seed: string): string {
  const shapes = MOTIFS[motif](seededRandom(seed));
  return `<g fill="${colour}" stroke="${colour}">\n${shapes.join('\n')}\n</g>`;
}

const MOTIFS: Record<PosterMotif, (random: () => number) => string[]> = {
  rings: (random) => {
    const x = between(random, 230, 370);
    const rings = count(7, (ring) => {
      const opacity = (0.75 - ring * 0.09).toFixed(2);
      return `<circle cx="${x}" cy="330" r="${70 + ring * 46}" fill="none" stroke-width="${12 - ring}" stroke-opacity="${opacity}"/>`;
    });
    return [`<circle cx="${x}" cy="330" r="38" stroke="none"/>`, ...rings];
  },
  rays: (random) => {
    const turn = between(random, 0, 20);
    const rays = count(18, (ray) => {
      const opacity = ray % 2 === 0 ? 0.34 : 0.16;
      return `<path d="M300 340 L270 -620 L330 -620 Z" transform="rotate(${turn + ray * 20} 300 340)" stroke="none" fill-opacity="${opacity}"/>`;
    });
    return [...rays, '<circle cx="300" cy="340" r="104" stroke="none"/>'];
  },
  dunes: (random) => {
    const sun = `<circle cx="${between(random, 160, 440)}" cy="230" r="92" stroke="none" fill-opacity="0.9"/>`;
    const dunes = count(5, (dune) => {
      const top = 380 + dune * 86;
      const [left, right] = [between(random, -70, 70), between(random, -70, 70)];
      return `<path d="M0 ${top + left} C180 ${top - 90} 320 ${top + 110} 600 ${top + right} V900 H0 Z" stroke="none" fill-opacity="0.22"/>`;
    });
    return [sun, ...dunes];
  },
  towers: (random) => {
    const towers = count(12, (tower) => {
      const height = between(random, 240, 620);
      return `<rect x="${tower * 50 + 4}" y="${900 - height}" width="42" height="${height}" stroke="none" fill-opacity="${(0.18 + random() * 0.3).toFixed(2)}"/>`;
    });
    const lights = count(26, () => {
      return `<circle cx="${between(random, 20, 580)}" cy="${between(random, 30, 460)}" r="${between(random, 1, 4)}" stroke="none" fill-opacity="0.8"/>`;
    });
    return [...lights, ...towers];
  },
};

function count<Item>(length: number, make: (index: number) => Item): Item[] {
  return Array.from({ length }, (_, index) => make(index));
}

function between(random: () => number, least: number, most: number): number {
  return Math.round(least + random() * (most - least));
}
