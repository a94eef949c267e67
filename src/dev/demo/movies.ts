/** The demo's movies, with their real running times in minutes and ratings. */

export type PosterMotif = 'rays' | 'rings' | 'dunes' | 'towers';

export interface DemoMovie {
  id: string;
  name: string;
  durationMinutes: number;
  rating: number;
  poster: { top: string; bottom: string; accent: string; motif: PosterMotif };
}

export const ENDGAME = 'movie-avengers-endgame';

// biome-ignore format: a table
export const MOVIES: readonly DemoMovie[] = [
  movie(ENDGAME, 'Avengers: Endgame', 181, 8.4, '#1b1140', '#7b2d8b', '#f4b942', 'rings'),
  movie('movie-dune-part-two', 'Dune: Part Two', 166, 8.5, '#e08e45', '#5b2a12', '#fbe3b5', 'dunes'),
  movie('movie-interstellar', 'Interstellar', 169, 8.7, '#050b1c', '#24506b', '#d7e9f7', 'rings'),
  movie('movie-oppenheimer', 'Oppenheimer', 180, 8.3, '#1a1413', '#b3401f', '#ffc567', 'rays'),
  movie('movie-spirited-away', 'Spirited Away', 125, 8.6, '#12324a', '#b5485d', '#f7d9a8', 'towers'),
  movie('movie-across-the-spider-verse', 'Spider-Man: Across the Spider-Verse', 140, 8.5, '#2b0a52', '#e0245e', '#48e5e0', 'towers'),
  movie('movie-3-idiots', '3 Idiots', 170, 8.4, '#0e6e6e', '#f2b134', '#fff6dc', 'rays'),
  movie('movie-dangal', 'Dangal', 161, 8.3, '#c9772e', '#4a1c10', '#ffe2b8', 'rays'),
  movie('movie-rrr', 'RRR', 182, 7.8, '#140b0b', '#9c1c1c', '#ffb03a', 'rings'),
  movie('movie-kantara', 'Kantara', 148, 8.2, '#0d2b1d', '#a63c14', '#f6c453', 'dunes'),
  movie('movie-12th-fail', '12th Fail', 147, 8.7, '#22334f', '#6c8ea4', '#ffe08a', 'towers'),
  movie('movie-the-lunchbox', 'The Lunchbox', 104, 7.8, '#2f5d50', '#d98e4a', '#fdf1d6', 'rings'),
];

function movie(
  id: string,
  name: string,
  durationMinutes: number,
  rating: number,
  top: string,
  bottom: string,
  accent: string,
  motif: PosterMotif,
): DemoMovie {
  return { id, name, durationMinutes, rating, poster: { top, bottom, accent, motif } };
}
